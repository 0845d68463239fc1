import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../..')
const EXAMPLES = join(ROOT, 'examples')
const folders = readdirSync(EXAMPLES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)

/** Where examples are run: folders with a flake by the tests of Nix, the others with real guests. */
const testsFor = (folder: string): string => {
  const isFlake = existsSync(join(EXAMPLES, folder, 'flake.nix'))
  const path = join(ROOT, isFlake ? 'test/nix' : 'test/guest')
  const texts = readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(test\.ts|nix)$/.test(name))
    .map((name) => readFileSync(join(path, name), 'utf8'))
  // Checks of the flake evaluate its examples.
  return [...texts, ...(isFlake ? [readFileSync(join(ROOT, 'flake.nix'), 'utf8')] : [])].join('\n')
}

test.each(folders)(
  'examples/%s has a README, a definition, a row in the table, and a test of its name',
  (folder) => {
    const path = join(EXAMPLES, folder)
    expect(existsSync(join(path, 'README.md')), 'README.md').toBe(true)
    expect(
      existsSync(join(path, 'microvm.toml')) || existsSync(join(path, 'flake.nix')),
      'microvm.toml or flake.nix',
    ).toBe(true)
    expect(readFileSync(join(EXAMPLES, 'README.md'), 'utf8')).toContain(
      `| [${folder}](${folder}/README.md) |`,
    )
    expect(testsFor(folder), `a test of examples/${folder}`).toContain(`examples/${folder}`)
  },
)
