import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { identify } from '../../../src/host/proc.ts'
import { placesOf } from '../../../src/plan/places.ts'
import { isUnnamed, readHolder, readReleased, writeHolder, writeReleased } from '../../../src/state/holder.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'mvh-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const locked = () => {
  const places = placesOf({ runtime: join(folder, 'r'), state: join(folder, 's'), cache: '' }, 'web')
  for (const path of [places.run, places.state]) mkdirSync(path, { recursive: true })
  const fds = [places.lock, places.runLock].map((path) => openSync(path, 'a'))
  return { places, fds, [Symbol.dispose]: () => fds.forEach((fd) => closeSync(fd)) }
}

const us = identify(process.pid) ?? { pid: process.pid, startTime: '' }

test('a holder is named while it lives, and by either of the two locks', () => {
  using held = locked()
  expect(isUnnamed(held.places)).toBe(true)
  const holder = { supervisor: us, definition: '/p/microvm.toml', state: held.places.state }
  writeHolder(held.fds, holder)
  expect(readHolder(held.places)).toEqual(holder)
  rmSync(held.places.state, { recursive: true })
  expect(readHolder(held.places)).toEqual(holder)
  expect(isUnnamed(held.places)).toBe(false)
})

test('a holder whose process has gone, or whose pid is another process now, is none', () => {
  using held = locked()
  for (const supervisor of [
    { ...us, startTime: '1@other' },
    { pid: 4_194_304, startTime: '1' },
  ]) {
    writeHolder(held.fds, { supervisor, definition: '/p/microvm.toml', state: held.places.state })
    expect(readHolder(held.places)).toBeUndefined()
  }
})

test('what is released names nobody, and keeps what had failed for those who waited', () => {
  using held = locked()
  writeHolder(held.fds, { supervisor: us, definition: '/p', state: held.places.state })
  writeReleased(held.fds)
  expect(readHolder(held.places)).toBeUndefined()
  expect(readReleased(held.places).trim()).toBe('')
  writeReleased(held.fds, '{"error":{"code":"DISK_FULL"}}')
  expect(JSON.parse(readReleased(held.places))).toEqual({ error: { code: 'DISK_FULL' } })
  expect(readHolder(held.places)).toBeUndefined()
})
