import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { cliReference } from '../../scripts/cli-reference.ts'
import { VERBS } from '../../src/cli/verbs.ts'

const PAGE = resolve(import.meta.dirname, '../../docs/cli.md')

test('docs/cli.md is what the verbs say of themselves', () => {
  expect(readFileSync(PAGE, 'utf8') === cliReference(VERBS), 'it is stale: run "npm run docs"').toBe(true)
})

test('no two verbs share a name, and every verb says what it does', () => {
  const names = VERBS.map(({ meta }) => meta.name)
  expect(new Set(names).size).toBe(names.length)
  for (const { meta } of VERBS) expect(meta.summary).toMatch(/^[a-z].+[^.]$/)
})
