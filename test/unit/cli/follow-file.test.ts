import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { followFile, tailOf } from '../../../src/cli/follow-file.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'follow-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const tail = async (text: string, lines: number | undefined): Promise<string> => {
  const path = join(folder, 'tail')
  writeFileSync(path, text)
  return (await tailOf(path, lines)).text.toString('utf8')
}

describe('tailOf', () => {
  it('gives the last lines, whole', async () => {
    expect(await tail('a\nb\nc\n', 2)).toBe('b\nc\n')
    expect(await tail('a\nb\nc', 2)).toBe('b\nc')
    expect(await tail('\na\n', 2)).toBe('\na\n')
    expect(await tail('a\n', 0)).toBe('')
    expect(await tail('a\nb\n', undefined)).toBe('a\nb\n')
    expect(await tail('', 3)).toBe('')
  })

  it('is empty for a file that is not there', async () => {
    expect(await tailOf(join(folder, 'none'), 3)).toEqual({ text: Buffer.alloc(0), end: 0 })
  })

  it('agrees with splitting the whole text', async () => {
    const line = fc.string({ unit: fc.constantFrom('a', 'ü', '€', ' ') })
    await fc.assert(
      fc.asyncProperty(
        fc.array(line),
        fc.boolean(),
        fc.integer({ min: 0, max: 6 }),
        async (lines, ended, count) => {
          const all = lines.map((text) => `${text}\n`)
          const whole = all.join('') + (ended ? '' : 'x')
          const parts = ended ? all : [...all, 'x']
          expect(await tail(whole, count)).toBe(count === 0 ? '' : parts.slice(-count).join(''))
        },
      ),
      { numRuns: 50 },
    )
  })

  it('refuses a pipe at once', async () => {
    const path = join(folder, 'pipe')
    execFileSync('mkfifo', [path])
    await expect(tailOf(path, 3)).rejects.toMatchObject({ code: 'RECORD_BROKEN' })
    await expect(followFile(path, 0, AbortSignal.timeout(10_000)).next()).rejects.toMatchObject({
      code: 'RECORD_BROKEN',
    })
  })

  it('reads the end of a file of holes, and no more', async () => {
    const path = join(folder, 'holes')
    writeFileSync(path, '')
    truncateSync(path, 2 ** 40)
    const { text, end } = await tailOf(path, 3)
    expect(end).toBe(2 ** 40)
    expect(text.length).toBeLessThanOrEqual(2 ** 26)
  })

  it('reads a log larger than one piece from its end', async () => {
    const text = Array.from({ length: 40_000 }, (_, index) => `line ${index}\n`).join('')
    expect(await tail(text, 3)).toBe('line 39997\nline 39998\nline 39999\n')
    expect((await tail(text, 20_000)).split('\n')).toHaveLength(20_001)
  })
})

describe('followFile', () => {
  const collect = async (path: string, from: number, wanted: string, act: () => void): Promise<string> => {
    const stop = new AbortController()
    const bound = AbortSignal.any([stop.signal, AbortSignal.timeout(10_000)])
    let got = ''
    act()
    for await (const chunk of followFile(path, from, bound)) {
      got += chunk.toString('utf8')
      if (got.includes(wanted)) stop.abort()
    }
    return got
  }

  it('gives what is appended after the offset', async () => {
    const path = join(folder, 'append')
    writeFileSync(path, 'old\n')
    expect(await collect(path, 4, 'end', () => setImmediate(() => appendFileSync(path, 'new\nend')))).toBe(
      'new\nend',
    )
  })

  it('waits for a file, and goes on with the one that replaces it', async () => {
    const path = join(folder, 'rotated')
    let turned = false
    const stop = new AbortController()
    const bound = AbortSignal.any([stop.signal, AbortSignal.timeout(10_000)])
    setImmediate(() => writeFileSync(path, 'first\n'))
    let got = ''
    for await (const chunk of followFile(path, 0, bound)) {
      got += chunk.toString('utf8')
      if (got.includes('first\n') && !turned) {
        turned = true
        renameSync(path, `${path}.1`)
        writeFileSync(path, 'second\n')
      }
      if (got.includes('second\n')) stop.abort()
    }
    expect(got).toBe('first\nsecond\n')
  })
})
