import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { isSameOwner } from '../../../src/state/is-same-owner.ts'
import type { Owner } from '../../../src/state/owner.ts'

const folder = mkdtempSync(join(tmpdir(), 'mvo-'))
const here = join(folder, 'microvm.toml')
writeFileSync(here, '')
afterAll(() => rmSync(folder, { recursive: true }))

const owner = (change: Partial<Owner> = {}): Owner => ({
  definition: '/gone/microvm.toml',
  real: '/gone/microvm.toml',
  project: null,
  unit: null,
  folder: '1:2:1000',
  content: 'a',
  ...change,
})
const elsewhere = (change: Partial<Owner> = {}): Owner =>
  owner({ definition: '/new/microvm.toml', real: '/new/microvm.toml', content: 'b', ...change })

it('follows a folder that was moved, but not a new one that got the inode of a removed one', () => {
  expect(isSameOwner(owner(), elsewhere())).toBe(true)
  expect(isSameOwner(owner(), elsewhere({ folder: '1:2:2000' }))).toBe(false)
  expect(isSameOwner(owner({ folder: '' }), elsewhere({ folder: '' }))).toBe(false)
})

it('follows a copy only where the original is gone', () => {
  const copy = elsewhere({ folder: '1:9:1', content: 'a' })
  expect(isSameOwner(owner(), copy)).toBe(true)
  expect(isSameOwner(owner({ definition: here, real: here }), copy)).toBe(false)
  expect(isSameOwner(owner({ content: '' }), { ...copy, content: '' })).toBe(false)
})

it('knows a definition by either of its paths', () => {
  const linked = elsewhere({ definition: '/link/microvm.toml', real: here })
  expect(isSameOwner(owner({ definition: here, real: here }), linked)).toBe(true)
  // A link that leads to another store path after each build.
  expect(
    isSameOwner(owner({ definition: '/link/microvm.toml', real: here }), { ...linked, real: '/2' }),
  ).toBe(true)
})

it('lets project names decide where both have one, whatever the paths are', () => {
  const shop = owner({ definition: here, real: here, project: 'shop' })
  expect(isSameOwner(shop, elsewhere({ project: 'shop' }))).toBe(true)
  expect(isSameOwner(shop, { ...shop, project: 'blog' })).toBe(false)
  expect(isSameOwner(shop, { ...shop, project: null })).toBe(true)
  expect(isSameOwner(shop, elsewhere())).toBe(false)
})

it('takes a unit for itself, and nobody else for a unit', () => {
  const unit = 'microvm@web.service'
  expect(isSameOwner(owner({ unit }), elsewhere({ unit }))).toBe(true)
  expect(isSameOwner(owner({ definition: here, real: here }), elsewhere({ unit }))).toBe(true)
  expect(isSameOwner(owner({ unit }), owner())).toBe(false)
})
