import { chmodSync, chownSync, lchownSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs' // prettier-ignore
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { claimStateDirectory } from '../../../src/machine/claim-state-directory.ts'
import { placesOf } from '../../../src/plan/places.ts'

const US = process.getuid?.() ?? 0
const SOMEBODY = 61_234

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'mvs-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const places = () => placesOf({ runtime: '/r', state: join(folder, 's'), cache: '/c' }, 'web')
const claim = (uid = US) => claimStateDirectory(places(), uid)

const REFUSED = expect.objectContaining({
  code: 'HOST_PERMISSION',
  because: expect.any(String),
  fix: expect.stringContaining('microvm start NAME'),
})

describe('a state directory', () => {
  test('is made where there is none, for us alone', () => {
    claim()
    expect(statSync(places().state).mode & 0o777).toBe(0o700)
    claim()
  })

  test('of ours may lie behind a link of ours', () => {
    mkdirSync(join(folder, 's'))
    mkdirSync(join(folder, 'elsewhere'), { mode: 0o755 })
    symlinkSync(join(folder, 'elsewhere'), places().state)
    claim()
  })

  test('is refused when it is a file, leads nowhere, or everybody may write to it', () => {
    mkdirSync(join(folder, 's'))
    writeFileSync(places().state, '')
    expect(claim).toThrow(REFUSED)
    rmSync(places().state)
    symlinkSync('nowhere', places().state)
    expect(claim).toThrow(REFUSED)
    rmSync(places().state)
    mkdirSync(places().state)
    chmodSync(places().state, 0o1777)
    expect(claim).toThrow(REFUSED)
    chmodSync(places().state, 0o700)
    claim()
  })

  test('is refused where somebody else could put another in its place', () => {
    claim()
    chmodSync(join(folder, 's'), 0o777)
    expect(claim).toThrow(REFUSED)
    chmodSync(join(folder, 's'), 0o1777)
    claim()
  })

  test('of somebody else is refused, behind a link of ours too', () => {
    claim()
    expect(() => claim(US + 1)).toThrow(REFUSED)
    rmSync(places().state, { recursive: true })
    mkdirSync(join(folder, 'elsewhere'))
    symlinkSync(join(folder, 'elsewhere'), places().state)
    expect(() => claim(US + 1)).toThrow(REFUSED)
  })
})

describe.skipIf(US !== 0)('a unit with a dynamic user', () => {
  /** What systemd makes of `StateDirectory=microvm/web`. */
  beforeEach(() => {
    mkdirSync(join(folder, 'private/s/web'), { recursive: true })
    chownSync(join(folder, 'private/s/web'), SOMEBODY, SOMEBODY)
    mkdirSync(join(folder, 's'))
    symlinkSync('../private/s/web', places().state)
  })

  test('has its state behind root’s link', () => claim(SOMEBODY))

  test('keeps root out of it', () => {
    expect(claim).toThrow(REFUSED)
    expect(claim).toThrow('cannot be trusted')
  })

  test('is not led elsewhere by another user’s link', () => {
    lchownSync(places().state, SOMEBODY + 1, SOMEBODY + 1)
    expect(() => claim(SOMEBODY)).toThrow(REFUSED)
  })
})
