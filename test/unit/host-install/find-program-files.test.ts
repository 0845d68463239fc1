import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findProgramFiles } from '../../../src/host-install/find-program-files.ts'

let folder: string
const at = (name: string): string => join(folder, name)
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'program-')))
  mkdirSync(at('usr/chunks'), { recursive: true })
  mkdirSync(at('home'))
  for (const name of ['usr/node', 'usr/microvm.mjs', 'usr/chunks/a.mjs', 'home/b.mjs']) writeFileSync(at(name), '') // prettier-ignore
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const found = (unsafe: string) =>
  findProgramFiles('/lib', at('usr/node'), at('usr/microvm.mjs'), (path) => !path.startsWith(at(unsafe)))

const COPIES = [
  { from: 'microvm.mjs', to: '/lib/microvm.mjs' },
  { from: 'chunks/a.mjs', to: '/lib/chunks/a.mjs' },
]
const copies = (...more: { from: string; to: string }[]) =>
  [...COPIES, ...more].map(({ from, to }) => ({ from: at(`usr/${from}`), to }))

test('a program that only root can change is used in place', () => {
  expect(found('nothing')).toEqual({ program: [at('usr/node'), at('usr/microvm.mjs')], copies: [] })
})

test('one of which somebody else can change a part is copied whole', () => {
  const program = [at('usr/node'), '/lib/microvm.mjs']
  expect(found('usr/microvm.mjs')).toEqual({ program, copies: copies() })
  expect(found('usr/chunks')).toEqual({ program, copies: copies() })
  symlinkSync('../../home/b.mjs', at('usr/chunks/b.mjs'))
  expect(found('home')).toEqual({
    program,
    copies: copies({ from: 'chunks/b.mjs', to: '/lib/chunks/b.mjs' }),
  })
})
