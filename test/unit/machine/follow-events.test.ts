import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { encodeLine } from '../../../src/events/jsonl.ts'
import { followEvents } from '../../../src/machine/follow-events.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'events-'))
  path = join(folder, 'events.jsonl')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const line = (message: string): string =>
  encodeLine({ at: '2026-11-20T12:00:00.000Z', machine: 'web', boot: 1, kind: 'warning', message })

/** The messages up to the one that says "end"; `act` hears each. */
const heard = async (act: (message: string) => void = () => undefined): Promise<string[]> => {
  const stop = new AbortController()
  const bound = AbortSignal.any([stop.signal, AbortSignal.timeout(10_000)])
  const messages: string[] = []
  for await (const event of followEvents(path, { signal: bound })) {
    const message = event.kind === 'warning' ? event.message : event.kind
    messages.push(message)
    act(message)
    if (message === 'end') stop.abort()
  }
  return messages
}

test('events come whole, and go on with the file that replaces theirs', async () => {
  setTimeout(() => writeFileSync(path, line('one') + line('two').slice(0, 20)), 20)
  const messages = heard((message) => {
    if (message === 'one') setTimeout(() => appendFileSync(path, line('two').slice(20)), 20)
    if (message !== 'two') return
    renameSync(path, `${path}.1`)
    writeFileSync(path, line('three') + line('end'))
  })
  expect(await messages).toEqual(['one', 'two', 'three', 'end'])
})

test('what is no plain file is waited for to become one', async () => {
  execFileSync('mkfifo', [path])
  setTimeout(() => {
    rmSync(path)
    writeFileSync(path, line('end'))
  }, 300)
  expect(await heard()).toEqual(['end'])
})

test('a line without end, and a file of holes, are read piece by piece', async () => {
  writeFileSync(path, line('one') + 'x'.repeat(3 * 2 ** 20) + `\n${line('two')}`)
  expect(
    await heard((message) => {
      if (message !== 'two') return
      const next = join(folder, 'next')
      writeFileSync(next, line('end'))
      truncateSync(next, 2 ** 40)
      renameSync(next, path)
    }),
  ).toEqual(['one', 'two', 'end'])
})
