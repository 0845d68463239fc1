import { describe, expect, it } from 'vitest'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { generatorScript } from '../../src/units/generator-script.ts'
import { machineService } from '../../src/units/machine-service.ts'
import { machineUser } from '../../src/units/machine-user.ts'
import { polkitRules } from '../../src/units/polkit-rules.ts'
import { tmpfiles } from '../../src/units/system-entries.ts'
import { evaluate, nixpkgs } from '../nix/evaluate.ts'
import { needs } from '../nix/needs.ts'

const lacked = needs()
/** What NixOS' module and the installer of other systems are given alike. */
const host = {
  prefix: '/usr',
  systemd: 262,
  program: ['/bin/microvm'],
  env: '/bin/env',
  machined: false,
}

type Settings = Readonly<Record<string, readonly string[]>>

/** A unit's text as section → setting → values in their order. */
const parse = (text: string): Record<string, Settings> => {
  const sections: Record<string, Record<string, string[]>> = {}
  let section: Record<string, string[]> = {}
  for (const line of text.split('\n')) {
    const head = /^\[(.+)\]$/.exec(line)?.[1]
    if (head !== undefined) section = sections[head] ??= {}
    const [, key, value = ''] = /^([A-Za-z]+)=(.*)$/.exec(line) ?? []
    if (key !== undefined) (section[key] ??= []).push(value)
  }
  return sections
}

const texts = ['units.nix', 'users.nix'].map((file) =>
  readFileSync(resolve(import.meta.dirname, '../../nixos-modules/host', file), 'utf8'),
)
const squeezed = (text: string): string => text.replaceAll(/\s+/g, ' ')

describe.runIf(lacked === undefined)(
  `microvm@.service of NixOS${lacked === undefined ? '' : `: lacks ${lacked}`}`,
  () => {
    it('has the settings of the one for other systems, in both directions', () => {
      const { unit, service } = evaluate('../../nixos-modules/host/unit-settings.nix', {
        program: host.program[0] ?? '',
        env: host.env,
      }) as Record<'unit' | 'service', Record<string, string | string[]>>
      const asLists = (settings: Record<string, string | string[]>): Settings =>
        Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, [value].flat()]))
      const other = parse(machineService(host))
      expect(asLists(unit)).toEqual(other['Unit'])
      expect(asLists(service)).toEqual(other['Service'])
    })

    it('runs each machine as the same user', () => {
      const names = [
        'web',
        'a',
        'x'.repeat(23),
        'x'.repeat(24),
        'a-very-long-name-for-a-machine-indeed',
        'z9'.repeat(24),
      ]
      const users = evaluate('users.nix', { nixpkgs: nixpkgs(), names: JSON.stringify(names) })
      expect(users).toEqual(names.map(machineUser))
    })
  },
)

describe('texts around the units', () => {
  it('polkit: the same rule', () => {
    const rule = polkitRules().split('\n').slice(1).join(' ')
    expect(squeezed(texts.join('\n'))).toContain(squeezed(rule).trim())
  })

  it('tmpfiles: the same directories', () => {
    for (const line of tmpfiles()
      .split('\n')
      .filter((entry) => entry.startsWith('d ')))
      expect(texts[0]).toContain(`"${line}"`)
  })

  it('the generator calls the engine in the same way', () => {
    const call =
      generatorScript(host)
        .split('\n')
        .find((line) => line.includes('exec')) ?? ''
    expect(texts[0]).toContain(call.trim().replace('/bin/microvm', '${program}'))
  })
})
