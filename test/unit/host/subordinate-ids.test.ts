import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freeIds, parseSubordinateIds, readSubordinateIds } from '../../../src/host/subordinate-ids.ts'

const withFiles = (files: Readonly<Record<string, string>>, look: (etc: string) => void): void => {
  const etc = mkdtempSync(join(tmpdir(), 'microvm-ids-'))
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(etc, name), text)
    look(etc)
  } finally {
    rmSync(etc, { recursive: true })
  }
}

test('a user stands in subuid by name or by number; lines that are none of it are passed over', () => {
  const text = '# ids\nada:100000:65536\n1001:165536:10\n\nnobody\nada:x:1\nada:300000:5\n'
  expect(parseSubordinateIds(text, 'ada', 1000)).toEqual([
    { first: 100_000, count: 65_536 },
    { first: 300_000, count: 5 },
  ])
  expect(parseSubordinateIds(text, 'bob', 1001)).toEqual([{ first: 165_536, count: 10 }])
})

test('free ids overlap no range of either file, whatever their order', () =>
  withFiles({ subuid: 'b:165536:65536\na:100000:65536\n', subgid: 'c:240000:10\n' }, (etc) =>
    expect(freeIds(etc)).toEqual({ first: 240_010, count: 65_536 }),
  ))

test('a host without these files has no ranges, and all ids are free', () =>
  withFiles({}, (etc) => {
    expect(readSubordinateIds('ada', 1000, etc)).toEqual({ uids: [], gids: [] })
    expect(freeIds(etc).first).toBe(100_000)
  }))
