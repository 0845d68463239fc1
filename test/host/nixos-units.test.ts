import { dirname } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeToml } from '../../src/definition/decode-toml.ts'
import { findDirectories } from '../../src/host/directories.ts'
import { resolveImage } from '../../src/images/resolve-image.ts'
import { completeDefinition } from '../../src/spec/complete.ts'
import type { FilesImage } from '../../src/spec/machine-spec.ts'
import { generatorScript } from '../../src/units/generator-script.ts'
import { guest } from '../guest/definitions.ts'
import { evaluate, nixpkgs } from '../nix/evaluate.ts'
import { needs as nixNeeds } from '../nix/needs.ts'
import { hasModules } from '../nix/nixpkgs.ts'
import { type RenderedUnits, writeUnits } from '../nix/rendered-units.ts'
import { show } from './fake-machines.ts'
import { needs } from './needs.ts'
import { startHost, type SystemdHost } from './systemd-host.ts'

type Borrowed = {
  readonly borrowed: {
    readonly units: RenderedUnits
    readonly definitions: Readonly<Record<string, string>>
  }
}

/** `undefined` when everything is there. MICROVM_NIXPKGS that is wrong fails in test/nix. */
const lacking = (): string | undefined =>
  needs() ?? nixNeeds() ?? (hasModules(nixpkgs().nix) ? undefined : "NixOS' modules")

/** The image of examples/hello: there is no NixOS to boot here, so the rendered definitions get its files. */
const debian = async (): Promise<FilesImage> => {
  const decoded = decodeToml(guest('x'), 'x.toml')
  const specs = decoded.ok ? completeDefinition(decoded.value, { file: 'x.toml', folder: '/' }) : decoded
  const image = specs.ok ? specs.value[0]?.image : undefined
  if (image === undefined) throw new Error('the definition of the guest is wrong')
  const files = await resolveImage(image, {
    cache: findDirectories(process.env, 0).cache,
    env: process.env,
    build: true,
    report: () => undefined,
  })
  if (files?.root === undefined || files.initrd === undefined) throw new Error('the image was not built')
  return files
}

/** Programs are not in the store here, nor are locales and time zones. */
const adapt = (text: string): string =>
  text
    .split('\n')
    .filter((line) => !/^Environment="(PATH|LOCALE_ARCHIVE|TZDIR)=/.test(line))
    .join('\n')
    .replaceAll(/\/nix\/store\/\S+\/bin\/env /g, '/usr/bin/env ')
    .replaceAll(/\/nix\/store\/\S+\/bin\/microvm /g, '/usr/local/bin/microvm ')

describe.skipIf(lacking() !== undefined)('units as NixOS renders them, on a real systemd', () => {
  let host: SystemdHost
  let borrowed: Borrowed['borrowed']
  beforeAll(async () => {
    const files = await debian()
    const folder = dirname(files.kernel)
    const inside = (path: string): string => path.replace(folder, '/srv/image')
    const image = {
      kernel: inside(files.kernel),
      initrd: inside(files.initrd ?? ''),
      root: inside(files.root?.path ?? ''),
      cmdline: files.cmdline,
      systemd: files.systemd,
    }
    ;({ borrowed } = evaluate('guests.nix', { nixpkgs: nixpkgs(), image: JSON.stringify(image) }) as Borrowed)
    host = await startHost({ binds: [`${folder}:/srv/image`] })
    // What NixOS has by itself, or by the module's tmpfiles rules.
    await host.ok('groupadd -fr kvm; mkdir -p /etc/microvm /etc/systemd/system-generators /var/cache/microvm')
    writeUnits(host.path('/etc/systemd/system'), borrowed.units, adapt)
    const facts = {
      prefix: '/etc',
      systemd: 257,
      program: ['/usr/local/bin/microvm'],
      env: '/usr/bin/env',
      machined: false,
    }
    host.write('/etc/systemd/system-generators/microvm-generator', generatorScript(facts), 0o755)
    for (const [name, text] of Object.entries(borrowed.definitions))
      host.write(`/etc/microvm/${name}.json`, text)
    await host.ok('systemctl daemon-reload')
  }, 900_000)
  afterAll(() => host[Symbol.asyncDispose]())

  test('the definitions are the engine’s, and systemd takes the links to the template', async () => {
    expect((await host.ok('microvm validate --file /etc/microvm/web.json')).trim()).toBe('web')
    expect(await show(host, 'web', 'LoadState', 'Type')).toEqual({ LoadState: 'loaded', Type: 'notify' })
    expect(await host.ok('systemctl cat microvm@web.service')).toContain('overrides.conf')
  })

  test('start returns when both guests are ready, in their order; what needs the other goes with it', async () => {
    const { code } = await host.sh('systemctl start microvm@web', 600)
    expect(code, await host.ok('journalctl --no-pager --unit "microvm@*" -n 60')).toBe(0)
    expect(await show(host, 'web', 'ActiveState')).toEqual({ ActiveState: 'active' })
    expect(await show(host, 'db', 'ActiveState')).toEqual({ ActiveState: 'active' })
    const ready = async (name: string): Promise<number> => {
      const { ActiveEnterTimestampMonotonic } = await show(host, name, 'ActiveEnterTimestampMonotonic')
      return Number(ActiveEnterTimestampMonotonic)
    }
    expect(await ready('db')).toBeLessThan(await ready('web'))

    await host.ok('systemctl stop microvm@db', 300)
    expect(await show(host, 'db', 'ActiveState', 'Result')).toEqual({
      ActiveState: 'inactive',
      Result: 'success',
    })
    expect(await show(host, 'web', 'ActiveState')).toEqual({ ActiveState: 'inactive' })
  })
})
