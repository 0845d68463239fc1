import { describe, expect, test } from 'vitest'
import { recipeKey } from '../../../src/images/debian/recipe-key.ts'
import type { DebianRecipe } from '../../../src/spec/machine-spec.ts'

const recipe: DebianRecipe = {
  suite: 'trixie',
  packages: ['curl', 'nginx'],
  files: [
    { path: '/etc/motd', mode: '0644', from: { content: 'hello' } },
    { path: '/etc/app.conf', mode: '0600', from: { source: '/host/app.conf' } },
  ],
  run: ['a', 'b'],
  enable: ['nginx.service'],
  emptyRootPassword: false,
}
const read = (): Uint8Array => Buffer.from('conf')
const key = (change: Partial<DebianRecipe> = {}, arch = 'amd64', content = read): string =>
  recipeKey({ ...recipe, ...change }, arch, content)

test('it is a name for a directory', () => {
  expect(key()).toMatch(/^[0-9a-f]{32}$/)
})

describe('the same key', () => {
  test('for the same recipe', () => expect(key()).toBe(key()))
  test('in whatever order packages are written, however often', () =>
    expect(key({ packages: ['nginx', 'curl', 'nginx'] })).toBe(key()))
})

describe('another key', () => {
  const others: Record<string, string> = {
    suite: key({ suite: 'sid' }),
    packages: key({ packages: ['curl'] }),
    'order of commands': key({ run: ['b', 'a'] }),
    units: key({ enable: [] }),
    'root password': key({ emptyRootPassword: true }),
    architecture: key({}, 'arm64'),
    'content of a source file': key({}, 'amd64', () => Buffer.from('other')),
    mode: key({ files: recipe.files.map((file) => ({ ...file, mode: '0640' })) }),
    content: key({ files: [{ path: '/etc/motd', mode: '0644', from: { content: 'other' } }] }),
  }
  test.each(Object.entries(others))('for another %s', (_, other) => expect(other).not.toBe(key()))
  test('for each of them', () => expect(new Set(Object.values(others)).size).toBe(Object.keys(others).length))
})
