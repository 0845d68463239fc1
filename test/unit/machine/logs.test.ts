import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { decodeLines } from '../../../src/events/jsonl.ts'
import { openEventLog } from '../../../src/machine/event-log.ts'
import { openRotatingLog } from '../../../src/machine/rotating-log.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'mvl-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('a log turns over at its size, keeps one older one, and stays private', () => {
  const path = join(folder, 'deep/console.log')
  const log = openRotatingLog(path, 100)
  for (let line = 0; line < 50; line++) log.write(`${String(line).padStart(19, '.')}\n`)
  log.close()
  expect(readdirSync(join(folder, 'deep')).toSorted()).toEqual(['console.log', 'console.log.1'])
  const all = readFileSync(`${path}.1`, 'utf8') + readFileSync(path, 'utf8')
  expect(all.endsWith('.49\n')).toBe(true)
  expect(statSync(`${path}.1`).size).toBe(100)
  expect(statSync(path).size).toBeLessThanOrEqual(100)
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('a log goes on where the run before ended, and writing to a closed one is nothing', () => {
  const path = join(folder, 'vmm.log')
  for (const text of ['one\n', Buffer.from('two\n')]) {
    const log = openRotatingLog(path, 1_000)
    log.write(text)
    log.close()
    log.write('late\n')
    log.close()
  }
  expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n')
})

test('a log that cannot turn over goes on in its file', () => {
  const path = join(folder, 'vmm.log')
  const log = openRotatingLog(path, 10)
  log.write('0123456789')
  // A directory in the way of the older one.
  mkdirSync(`${path}.1/full`, { recursive: true })
  log.write('abc')
  log.close()
  expect(readFileSync(path, 'utf8')).toBe('0123456789abc')
})

test('events are whole lines with time, machine and boot; those of the run before are kept beside', () => {
  const path = join(folder, 'events.jsonl')
  const told: string[] = []
  for (const message of ['first', 'second']) {
    const log = openEventLog(path, 'web', (event) => told.push(event.kind))
    log.append({ kind: 'warning', message }, 3)
    log.close()
    log.append({ kind: 'vmm-booted' }, 3)
  }
  expect(decodeLines(readFileSync(path, 'utf8'))).toMatchObject([
    { kind: 'warning', message: 'second', machine: 'web', boot: 3, at: expect.stringMatching(/Z$/) },
  ])
  expect(decodeLines(readFileSync(`${path}.1`, 'utf8'))).toMatchObject([{ message: 'first' }])
  // Listeners hear what could not be written, too.
  expect(told).toEqual(['warning', 'vmm-booted', 'warning', 'vmm-booted'])
})

test('events of a run that goes on and on turn over as logs do, in whole lines', () => {
  const path = join(folder, 'events.jsonl')
  const log = openEventLog(path, 'web', () => undefined)
  for (let index = 0; index < 10_000; index++) log.append({ kind: 'warning', message: 'x'.repeat(1_000) }, 1)
  log.close()
  const size = (name: string): number => statSync(name).size
  expect(size(path) + size(`${path}.1`)).toBeLessThan(17 * 2 ** 20)
  expect(decodeLines(readFileSync(path, 'utf8')).every(({ kind }) => kind === 'warning')).toBe(true)
})
