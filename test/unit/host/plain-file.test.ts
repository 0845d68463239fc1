import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPlainFile, readPlainFile } from '../../../src/host/plain-file.ts'

let folder: string
const at = (name: string): string => join(folder, name)
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'plain-'))
  writeFileSync(at('file'), 'thé')
  writeFileSync(at('empty'), '')
  symlinkSync('file', at('link'))
  symlinkSync('/dev/zero', at('device'))
  execFileSync('mkfifo', [at('pipe')])
  mkdirSync(at('folder'))
  symlinkSync('.', at('here'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const opened = async (path: string): Promise<string | undefined> => {
  const file = await openPlainFile(path)
  try {
    return await file?.readFile('utf8')
  } finally {
    await file?.close()
  }
}

describe('a plain file', () => {
  test('is read whole, through a link to its folder too', async () => {
    for (const path of [at('file'), at('here/file')]) {
      expect(readPlainFile(path, 4)).toBe('thé')
      expect(await opened(path)).toBe('thé')
    }
    expect(readPlainFile(at('empty'), 4)).toBe('')
  })

  test('that is not there is none', async () => {
    expect(readPlainFile(at('none'), 4)).toBeUndefined()
    expect(await openPlainFile(at('none'))).toBeUndefined()
  })

  test('is not read beyond what it may have', () => {
    expect(() => readPlainFile(at('file'), 3)).toThrow('is too large')
    writeFileSync(at('holes'), '')
    truncateSync(at('holes'), 2 ** 40)
    expect(() => readPlainFile(at('holes'), 2 ** 20)).toThrow('is too large')
  })
})

// Each of these hangs, or shows what it must not, where it is opened as it comes.
test.each(['link', 'device', 'pipe', 'folder'])(
  'a %s is no plain file, which is said at once',
  async (name) => {
    const refused = {
      code: 'RECORD_BROKEN',
      message: `${at(name)} is ${name === 'folder' ? 'a directory' : 'no plain file'}.`,
    }
    await expect(openPlainFile(at(name))).rejects.toMatchObject(refused)
    expect(() => readPlainFile(at(name), 2 ** 20)).toThrow(expect.objectContaining(refused))
  },
)
