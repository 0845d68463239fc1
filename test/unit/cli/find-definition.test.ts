import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { definitionCandidates, findDefinition } from '../../../src/cli/find-definition.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'definition-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const globals = (file?: string) => ({
  file,
  project: undefined,
  json: false,
  quiet: false,
  verbose: false,
  color: 'auto' as const,
  'no-input': false,
  yes: false,
  help: false,
})

it('looks in the folder, then below /etc/microvm for the machine', () => {
  expect(definitionCandidates('/p', undefined, ['web'])).toEqual([
    '/p/microvm.toml',
    '/p/microvm.json',
    '/p/flake.nix',
    '/etc/microvm/web.toml',
    '/etc/microvm/web.json',
    '/etc/microvm',
  ])
  expect(definitionCandidates('/p', undefined, [])).toHaveLength(3)
  expect(definitionCandidates('/p', undefined, ['../../x'])).toHaveLength(3)
  expect(definitionCandidates('/p', 'x.toml', ['web'])).toEqual(['/p/x.toml'])
})

it('prefers TOML, and says where it looked', () => {
  expect(() => findDefinition({ cwd: folder, globals: globals() })).toThrow('There is no definition here.')
  writeFileSync(join(folder, 'microvm.json'), '{}')
  expect(findDefinition({ cwd: folder, globals: globals() })).toBe(join(folder, 'microvm.json'))
  writeFileSync(join(folder, 'microvm.toml'), '')
  expect(findDefinition({ cwd: folder, globals: globals() })).toBe(join(folder, 'microvm.toml'))
  expect(() => findDefinition({ cwd: folder, globals: globals('no.toml') })).toThrow(
    'There is no definition no.toml.',
  )
})

// Permissions do not stop root; links that lead nowhere stop everybody.
it.each([
  ['a link to itself', 'loop.toml', 'loop.toml'],
  ['a link to nothing', 'dangling.toml', 'nothing.toml'],
])('tells %s from a missing file', (_, name, target) => {
  symlinkSync(join(folder, target), join(folder, name))
  expect(() => findDefinition({ cwd: folder, globals: globals(name) })).toThrow(
    expect.objectContaining({
      code: 'DEFINITION_UNREADABLE',
      fix: expect.stringContaining('a link that leads nowhere'),
    }),
  )
})

it('takes what is below a file for missing', () => {
  expect(() => findDefinition({ cwd: folder, globals: globals('microvm.json/x.toml') })).toThrow(
    expect.objectContaining({ code: 'DEFINITION_NOT_FOUND' }),
  )
})

it.runIf(process.getuid?.() !== 0)('tells an unreadable file from a missing one', () => {
  chmodSync(join(folder, 'microvm.toml'), 0)
  expect(() => findDefinition({ cwd: folder, globals: globals() })).toThrow('cannot be read')
})
