import { readFileSync } from 'node:fs'
import TOML from '@iarna/toml'
import { expect, test } from 'vitest'
import { decodeToml } from '../../../src/definition/decode-toml.ts'
import { Definition } from '../../../src/definition/schema.ts'
import { completeDefinition } from '../../../src/spec/complete.ts'
import { fieldsOf } from './fields-of.ts'

const file = new URL('../../../examples/every-option/microvm.toml', import.meta.url)
const text = readFileSync(file, 'utf8')

/** Paths of all values, lists left out; below a table whose names are the user's, `*` as well. */
const pathsIn = (value: unknown, path: string[] = []): string[][] => {
  if (Array.isArray(value)) return value.flatMap((item) => pathsIn(item, path))
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsIn(inner, [...path, key]))]
}

test('examples/every-option uses every field of the schema', () => {
  const used = pathsIn(TOML.parse(text))
  const isUsed = (field: string) => {
    const steps = field.split('.')
    return used.some(
      (path) =>
        path.length === steps.length && steps.every((step, index) => step === '*' || step === path[index]),
    )
  }
  const missing = new Set(
    fieldsOf(Definition)
      .map(({ path }) => path)
      .filter((path) => !isUsed(path)),
  )
  expect([...missing]).toEqual([])
})

test('examples/every-option is right', () => {
  const decoded = decodeToml(text, 'microvm.toml')
  expect(decoded).toMatchObject({ ok: true, value: { problems: [] } })
  const result = decoded.ok && completeDefinition(decoded.value, { file: 'microvm.toml', folder: '/project' })
  expect(result).toMatchObject({ ok: true, warnings: [] })
})
