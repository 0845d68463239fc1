import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { capabilityTable } from '../../scripts/capability-table.ts'
import { definitionReference } from '../../scripts/definition-reference.ts'
import { errorReference } from '../../scripts/error-reference.ts'
import { eventReference } from '../../scripts/event-reference.ts'
import { markedPart } from '../../scripts/marked-part.ts'
import { hypervisors } from '../../src/hypervisors/registry.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const STALE = 'it is stale: run "npm run docs"'

test('docs/definition.md is what the schema says', () => {
  const written = readFileSync(resolve(ROOT, 'docs/definition.md'), 'utf8')
  expect(written === definitionReference(), STALE).toBe(true)
})

test('docs/errors.md is what the catalogue says', () => {
  expect(readFileSync(resolve(ROOT, 'docs/errors.md'), 'utf8') === errorReference(), STALE).toBe(true)
})

test('docs/hypervisor-events.md is what the tables of the hypervisors say', () => {
  const written = readFileSync(resolve(ROOT, 'docs/hypervisor-events.md'), 'utf8')
  expect(written === eventReference(hypervisors), STALE).toBe(true)
})

test('every field of a definition has a description', () => {
  const bare = definitionReference()
    .split('\n')
    .filter((line) => line.startsWith('| `') && /\| (\*\*required\*\* )?\|$/.test(line))
  expect(bare).toEqual([])
})

test('the table of the README is what the hypervisors say of themselves', () => {
  const readme = readFileSync(resolve(ROOT, 'README.md'), 'utf8')
  expect(markedPart(readme, 'capabilities'), STALE).toBe(`${capabilityTable(hypervisors)}\n`)
})

test('the README fits its house: a first screen, and fewer than 200 lines', () => {
  expect(readFileSync(resolve(ROOT, 'README.md'), 'utf8').split('\n').length).toBeLessThan(200)
})
