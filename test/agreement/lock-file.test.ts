import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'

type Entry = {
  readonly resolved?: string
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly hasInstallScript?: boolean
}

const ROOT = resolve(import.meta.dirname, '../..')
const read = (name: string): unknown => JSON.parse(readFileSync(resolve(ROOT, name), 'utf8'))
const { packages } = read('package-lock.json') as { packages: Readonly<Record<string, Entry>> }

test('the lock has every optional package, for every platform: npm 11 refuses to install from one that lacks any', () => {
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !(`node_modules/${name}` in packages || `${path}/node_modules/${name}` in packages),
    ),
  )
  expect(missing, 'write the lock with npm 11: "npm install --package-lock-only"').toEqual([])
})

test('the lock names no registry', () => {
  expect(Object.entries(packages).filter(([, { resolved }]) => resolved !== undefined)).toEqual([])
})

test('install scripts are allowed by name, which newer versions of npm ask for', () => {
  const { allowScripts } = read('package.json') as { allowScripts: Readonly<Record<string, boolean>> }
  const needed = Object.entries(packages)
    .filter(([path, entry]) => entry.hasInstallScript === true && path !== 'node_modules/fsevents')
    .map(([path]) => path.split('node_modules/').at(-1) ?? path)
  expect(Object.keys(allowScripts).toSorted()).toEqual([...new Set(needed)].toSorted())
})
