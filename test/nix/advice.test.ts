import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { advisedSettings } from './advised-settings.ts'
import { evaluate, nixpkgs } from './evaluate.ts'
import { needs } from './needs.ts'
import { hasModules } from './nixpkgs.ts'

/** `list`: the list of tables in which the option stood, so that the advice is about one item of it. */
type Advice = {
  readonly side: 'guest' | 'host'
  readonly name: string
  readonly list: string | null
  readonly text: string
}

type Outcome = {
  readonly key: string
  readonly unknown: readonly string[]
  readonly refused: readonly string[]
  readonly unread: boolean
}

/** Advice that asks for no setting, and why it cannot be evaluated. */
const NO_SETTING: Readonly<Record<string, string>> = {
  'guest binScripts': 'scripts are run by hand',
  'guest bootDisk': 'to be removed',
  'guest bootDiskType': 'to be removed',
  'guest devices.crosvm': 'to be removed',
  'guest graphics': 'there is nothing in its place',
  'guest interfaces.tap': 'to be removed',
  'guest prettyProcnames': 'a command',
  'guest registerWithMachined': 'a command',
  'guest shares.securityModel': 'to be removed',
  'guest socket': 'a command',
  'guest storeDiskType': 'it is always so',
  'guest storeOnBootDisk': 'it is always so',
  'guest storeOnDisk': 'it is always so',
  'guest user': 'who runs a program is not of the configuration',
  'guest virtiofsdScripts': 'it is always so',
  'guest vsock.ssh': 'to be removed',
  'host stateDir': 'files are moved by hand',
  'host vms.updateFlake': 'to be removed',
}

/** What stands for the … of a text. */
const GAPS: readonly (readonly [gap: string, filled: string])[] = [
  ['initialBalloonMem = "…"', 'initialBalloonMem = "256M"'],
  ['file = "…"', 'file = "/srv/key"'],
  ['id = "…"', 'id = "vm-web"'],
  ['forwardPorts = [ … ]', 'forwardPorts = [ { host.port = 8080; guest.port = 80; } ]'],
  ['extraArgs = [ "…" ]; …', 'extraArgs = [ "--thread-pool-size=4" ]; tag = "a"; source = "/a"; mountPoint = "/a";'],
  ['vfio-pci.ids=…', 'vfio-pci.ids=10de:1eb8'],
] // prettier-ignore

/** A value for options that a text only names; READ is for what a configuration gives. */
const READ = 'null'
const VALUES: Readonly<Record<string, string>> = {
  'boot.kernelPackages': 'pkgs.linuxPackages',
  'boot.kernelPatches': '[ { name = "btf"; patch = null; } ]',
  extraArgs: '{ qemu = [ "-no-user-config" ]; }',
  'extraArgs.cloud-hypervisor': '[ "-v" ]',
  'extraArgs.qemu': '[ "-no-user-config" ]',
  extraConfig: '{ cloud-hypervisor.iommu = true; }',
  'extraConfig.cloud-hypervisor': '{ iommu = true; }',
  'image.initrd': '"/srv/initrd"',
  'image.kernel': '"/srv/vmlinuz"',
  'microvm.definition': READ,
  'microvm.host.createTaps': 'false',
  'microvm.host.package': 'pkgs.hello',
  'microvm.package': 'pkgs.hello',
  'microvm.ready': '"booted"',
  'microvm.runner': READ,
  'microvm.startTimeout': '"150s"',
  'microvm.vms': '{ db.config = { }; }',
  'microvm.vms.web.autostart': 'false',
  'microvm.vms.web.restartIfChanged': 'false',
  'networking.interfaces': '{ vm-web.virtual = true; }',
  'platform.oemStrings': '[ "hello=world" ]',
  'platform.uuid': '"11111111-2222-4333-8444-555555555555"',
  storeDiskErofsFlags: '[ "-zlz4hc" ]',
  'systemd.network.links':
    '{ "10-up" = { matchConfig.MACAddress = "02:00:00:00:00:01"; linkConfig.Name = "up"; }; }',
  'systemd.network.netdevs':
    '{ "10-vm-web".netdevConfig = { Name = "vm-web"; Kind = "macvtap"; }; }',
  'systemd.services.microvm@web.preStart': '"true"',
} // prettier-ignore

const filled = (text: string): string => GAPS.reduce((all, [gap, value]) => all.replaceAll(gap, value), text)

const keyOf = ({ side, name }: Advice): string => `${side} ${name}`

/** Where a text says that its settings stand; else they stand where the option stood. */
const sideOf = ({ side, text }: Advice): string =>
  /on the host/.test(text) ? 'host' : /in the guest/.test(text) ? 'guest' : side

/** The same advice at the same place is followed once. */
const once = (advice: Advice, index: number, among: readonly Advice[]): boolean =>
  index ===
  among.findIndex(
    ({ text, list, side }) => text === advice.text && list === advice.list && side === advice.side,
  )

const asNix = (advice: Advice): string => {
  const settings = advisedSettings(filled(advice.text)).map(({ path, value }) => {
    const written = value ?? VALUES[path.join('.')] ?? `throw "no value for ${path.join('.')} in VALUES"`
    const given = written === READ ? READ : `{ lib, pkgs }: ${written}`
    return `{ side = "${sideOf(advice)}"; path = [ ${path.map((step) => `"${step}"`).join(' ')} ]; value = ${given}; }`
  })
  return `{ key = "${keyOf(advice)}"; list = ${advice.list === null ? 'null' : `"${advice.list}"`}; settings = [\n${settings.join('\n')}\n]; }`
}

const lacked = needs()
const all = lacked === undefined ? (evaluate('advice.nix', { nixpkgs: nixpkgs() }) as readonly Advice[]) : []
const followable = all.filter((advice) => !Object.hasOwn(NO_SETTING, keyOf(advice))).filter(once)

describe.runIf(lacked === undefined)('advice for options of microvm.nix that are gone', () => {
  it('asks for settings, or is listed with the reason', () => {
    expect(all.length).toBeGreaterThan(60)
    const without = all.filter(({ text }) => advisedSettings(text).length === 0).map(keyOf)
    expect(without.toSorted()).toEqual(Object.keys(NO_SETTING).toSorted())
  })

  it('has nothing left open that this test does not fill', () => {
    expect(followable.map(({ text }) => filled(text)).filter((text) => text.includes('…'))).toEqual([])
  })
})

describe.runIf(lacked === undefined && hasModules(nixpkgs().nix))('followed literally over the real modules', () => {
  let outcomes: readonly Outcome[] = []
  beforeAll(() => {
    const folder = mkdtempSync(join(tmpdir(), 'microvm-advice-'))
    try {
      const written = join(folder, 'written.nix')
      writeFileSync(written, `[\n${followable.map(asNix).join('\n')}\n]\n`)
      outcomes = evaluate('advice.nix', { nixpkgs: nixpkgs(), written: { nix: written } }) as readonly Outcome[]
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }, 900_000)

  it.each(followable.map((advice) => ({ key: keyOf(advice), text: advice.text })))('$key: $text', ({ key }) => {
    expect(outcomes.find((outcome) => outcome.key === key)).toMatchObject({ unknown: [], refused: [], unread: false })
  })
}) // prettier-ignore
