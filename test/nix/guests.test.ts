import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { compileAll } from './compile-all.ts'
import { evaluate, nixpkgs } from './evaluate.ts'
import { needs } from './needs.ts'
import { hasModules } from './nixpkgs.ts'
import { type RenderedUnits, writeUnits } from './rendered-units.ts'

type Guests = {
  readonly definitions: Readonly<Record<string, string>>
  readonly units: RenderedUnits
}

const here = needs() === undefined && hasModules(nixpkgs().nix)

describe.runIf(here)('what the modules make', () => {
  let made: Guests = { definitions: {}, units: {} }
  beforeAll(() => {
    made = evaluate('guests.nix', { nixpkgs: nixpkgs() }) as Guests
  }, 900_000)

  it.each([
    ['hello', 'hello'],
    ['host', 'db web'],
    ['rich', 'rich'],
  ])('the definition of %s compiles for every backend', (name, machines) => {
    expect(compileAll('/etc/microvm/x.json', made.definitions[name])).toEqual({
      'cloud-hypervisor': machines,
      qemu: machines,
    })
  })

  it('systemd has nothing against the units', () => {
    const folder = mkdtempSync(join(tmpdir(), 'microvm-units-'))
    try {
      writeUnits(folder, made.units, runnable)
      const { stderr, status } = spawnSync(
        'systemd-analyze',
        ['verify', '--man=no', 'microvm@web.service', 'microvms.target'],
        {
          encoding: 'utf8',
          env: { ...process.env, SYSTEMD_UNIT_PATH: `${folder}:`, SYSTEMD_LOG_COLOR: '0' },
        },
      )
      expect(ofOurs(stderr)).toEqual([])
      expect(status).not.toBeNull()
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

/** The programs of the store are not on this host. */
const runnable = (text: string): string => text.replaceAll(/^ExecStart=.*$/gm, 'ExecStart=/bin/true')

/** Newer than an old systemd (252 of Debian 12), which passes over them. */
const NEWER = /OpenFile|RestartSteps|RestartMaxDelaySec|@sandbox/

const ofOurs = (stderr: string): string[] =>
  stderr.split('\n').filter((line) => /microvm/.test(line) && !NEWER.test(line))
