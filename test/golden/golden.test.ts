import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { CASES, caseNames, expectedOf, runCase } from './run-case.ts'

/** `UPDATE=1` writes the expected files anew; look at the difference before you commit it. */
const update = process.env['UPDATE'] === '1'

test.each(caseNames())('%s', (name) => {
  const got = runCase(name)
  if (update) {
    for (const stale of Object.keys(expectedOf(name))) rmSync(join(CASES, name, stale))
    for (const [file, text] of Object.entries(got)) writeFileSync(join(CASES, name, file), text)
  }
  expect(got).toEqual(expectedOf(name))
})

test('the same case gives the same text every time', () => {
  const name = caseNames()[0] ?? ''
  expect(runCase(name)).toEqual(runCase(name))
})
