import { expect, test } from 'vitest'
import type { DebianRecipe } from '../../../src/spec/machine-spec.ts'
import { systemdOfSuite } from '../../../src/spec/systemd-of-suite.ts'

const recipe = (changes: Partial<DebianRecipe>): DebianRecipe => ({
  suite: 'bookworm',
  packages: [],
  files: [],
  run: [],
  enable: [],
  emptyRootPassword: false,
  ...changes,
})

test('releases that are too old are known before they are built', () => {
  expect(systemdOfSuite(recipe({}))).toBe(252)
  expect(systemdOfSuite(recipe({ run: ['useradd web'], packages: ['nginx'] }))).toBe(252)
})

test.each([
  ['a newer suite', { suite: 'trixie' }],
  ['a name of an object', { suite: 'constructor' }],
  ['backports by a command', { run: ['apt-get -t bookworm-backports install -y systemd'] }],
  [
    'another source by a file',
    { files: [{ path: '/etc/apt/sources.list.d/x.list', mode: '0644', from: { content: 'deb …' } }] },
  ],
] as const)('%s is left to the build', (_, changes) => {
  expect(systemdOfSuite(recipe(changes))).toBeUndefined()
})
