import { expect, test } from 'vitest'
import { definitionJsonSchema } from '../../src/definition/json-schema.ts'
import { PATH_FIELDS } from '../../src/spec/rules/path-rules.ts'

/** Texts that have to do with files, and are none of this host: they name something within the guest, or another thing of the same name. */
const NOT_OF_THIS_HOST = new Set(['mountPoint'])

type Node = { readonly [key: string]: unknown }

/** Every property of the schema whose value may be a text, with what is said about it. */
const texts = (node: unknown, found: [string, string][] = []): [string, string][] => {
  if (typeof node !== 'object' || node === null) return found
  if (Array.isArray(node)) {
    for (const one of node) texts(one, found)
    return found
  }
  const { properties } = node as Node
  for (const [name, value] of Object.entries((properties ?? {}) as Node))
    if (JSON.stringify(value).startsWith('{') && (value as Node)['type'] === 'string')
      found.push([name, JSON.stringify((value as Node)['description'] ?? '')])
  for (const value of Object.values(node as Node)) texts(value, found)
  return found
}

test('a text of the schema that names a file, a directory or a socket of this host is a path field', () => {
  const all = texts(definitionJsonSchema())
  expect(all.length).toBeGreaterThan(30)
  const like =
    /\b(relative to the definition file|socket of|directory on the host|a file on this host|image file|use a virtiofsd)\b/i
  const missed = all.filter(
    ([name, description]) => like.test(description) && !PATH_FIELDS.has(name) && !NOT_OF_THIS_HOST.has(name),
  )
  expect(missed).toEqual([])
  for (const name of PATH_FIELDS)
    expect(
      all.map(([one]) => one),
      name,
    ).toContain(name)
})
