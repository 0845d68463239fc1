import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { InterfaceSpec, MachineSpec, VolumeSpec } from '../../../src/spec/machine-spec.ts'
import { machineDropIn } from '../../../src/units/machine-drop-in.ts'
import { machineUser } from '../../../src/units/machine-user.ts'
import { pairedPathWord, pathWord, restOfLine } from '../../../src/units/unit-text.ts'
import { machineSpec, shareSpec } from '../../machine-spec.ts'

const lines = (changes: Partial<MachineSpec>): string[] =>
  machineDropIn(machineSpec(changes), '/etc/microvm/shop.toml').split('\n')

const network = (type: InterfaceSpec['type']): Pick<MachineSpec, 'interfaces'> => ({
  interfaces: [{ type, name: 'vm-web', forwardPorts: [] } as unknown as InterfaceSpec],
})

const volume = (image: string, changes: Partial<VolumeSpec> = {}): Pick<MachineSpec, 'volumes'> => ({
  volumes: [{ image, autoCreate: false, readOnly: false, ...changes } as VolumeSpec],
})

describe('what a definition adds to the unit', () => {
  test('"after" means ready: a dependency on the unit, ordered after it', () => {
    expect(lines({ after: ['db'] })).toEqual(
      expect.arrayContaining(['Requires=microvm@db.service', 'After=microvm@db.service']),
    )
  })

  test('times, the stop time with what comes after the guest', () => {
    const text = lines({ times: { start: 120_000, startMax: 600_000, stop: 30_500, stopMax: 90_000 } })
    expect(text).toEqual(expect.arrayContaining(['TimeoutStartSec=180s', 'TimeoutStopSec=76s']))
  })

  test('what extra arguments open is named by unit.devices and unit.paths', () => {
    const unit = {
      devices: ['/dev/bus/usb/001/004', 'char-usb_device'],
      paths: [
        { path: '/srv/ovmf/VARS.fd', access: 'rw' },
        { path: '/home/anna/code.fd', access: 'r' },
        { path: '/usr/share/OVMF/CODE.fd', access: 'r' },
      ],
    } as const
    const text = lines({ unit, ...network('user') })
    expect(text).toEqual(
      expect.arrayContaining([
        'DeviceAllow=/dev/bus/usb/001/004 rw',
        'DeviceAllow=char-usb_device rw',
        'ReadWritePaths=-/srv/ovmf/VARS.fd',
        'BindReadOnlyPaths=-/home/anna/code.fd',
        'RequiresMountsFor=/usr/share/OVMF/CODE.fd',
      ]),
    )
    // A group has nodes of names that nobody knows yet.
    expect(text).not.toContain('PrivateDevices=yes')
    expect(lines({ unit: { ...unit, devices: ['/dev/ttyS4'] }, ...network('user') })).toEqual(
      expect.arrayContaining(['PrivateDevices=yes', 'BindPaths=-/dev/ttyS4']),
    )
  })

  test('the start limit holds five starts of a guest that gets nowhere: none is begun after them', () => {
    const longestPause = 60
    const text = lines({ times: { start: 30_000, startMax: 100_000, stop: 10_000, stopMax: 30_000 } })
    expect(text).toContain('StartLimitBurst=5')
    const interval = Number(/StartLimitIntervalSec=(\d+)s/.exec(text.join('\n'))?.[1])
    // Emulated, it may take four times as long to start.
    expect(interval).toBeGreaterThanOrEqual(5 * (4 * 30 + 10 + longestPause))
  })

  test('restart as the definition says; without a word the unit has its own default', () => {
    expect(lines({ restart: 'no' })).toContain('Restart=no')
    expect(lines({ restart: 'always' })).toContain('Restart=always')
    expect(lines({}).join()).not.toContain('Restart=')
  })

  test('a network only for a machine that has one, and no more than it needs', () => {
    expect(lines({})).not.toContain('PrivateNetwork=no')
    expect(lines(network('tap'))).toEqual(
      expect.arrayContaining(['PrivateNetwork=no', 'DeviceAllow=/dev/net/tun rw']),
    )
    expect(lines(network('tap')).join()).not.toContain('AF_INET')
    expect(lines(network('user')).join()).toContain('RestrictAddressFamilies=AF_INET')
  })

  test('passt makes namespaces, QEMU alone needs none; both see KVM and no device that is not named', () => {
    const either = lines({ ...network('user'), ...volume('/dev/vg0/data') })
    expect(either).toEqual(
      expect.arrayContaining([
        'RestrictNamespaces=user mnt pid ipc uts',
        'RestrictAddressFamilies=AF_NETLINK',
        'PrivateDevices=yes',
        'BindPaths=-/dev/kvm',
        'BindPaths=-/dev/vg0/data',
      ]),
    )
    const qemu = lines({ ...network('user'), hypervisor: 'qemu' }).join()
    expect(qemu).toContain('PrivateDevices=yes')
    expect(qemu).not.toMatch(/RestrictNamespaces|AF_NETLINK|@mount|net\/tun/)
    expect(lines(network('tap')).join()).not.toContain('PrivateDevices')
  })

  test('disks elsewhere: writable where they are written, shown where they would be hidden', () => {
    expect(lines(volume('volumes/data.img')).join()).not.toContain('Paths=')
    expect(lines(volume('/srv/db/data.img'))).toContain('ReadWritePaths=-/srv/db/data.img')
    expect(lines(volume('/srv/db/data.img', { autoCreate: true }))).toContain('ReadWritePaths=/srv/db')
    expect(lines(volume('/home/ann/d.img'))).toEqual(
      expect.arrayContaining(['ProtectHome=tmpfs', 'BindPaths=-/home/ann/d.img']),
    )
    // A colon begins the second path of a pair, and a blank the next pair.
    expect(lines(volume('/home/ann/a:b c.img'))).toContain('BindPaths="-/home/ann/a:b c.img"')
    expect(lines(volume('/dev/vg0/data'))).toContain('DeviceAllow=/dev/vg0/data rw')
    expect(lines(volume('/dev/vg0/data', { readOnly: true }))).toContain('DeviceAllow=/dev/vg0/data r')
  })

  test('what its files are on is mounted first', () => {
    const mounts = (changes: Partial<MachineSpec>): string[] =>
      lines(changes).filter((line) => line.startsWith('RequiresMountsFor='))
    expect(mounts({ ...volume('/srv/db 1/data.img'), shares: [shareSpec({ source: '/mnt/nas' })] })).toEqual(
      expect.arrayContaining([
        'RequiresMountsFor=/etc/microvm/shop.toml',
        'RequiresMountsFor="/srv/db 1/data.img"',
        'RequiresMountsFor=/mnt/nas',
      ]),
    )
    expect(mounts(volume('/dev/vg0/data')).join()).not.toContain('/dev/')
  })

  test('a secret file is read by systemd, so the machine need not be able to', () => {
    expect(
      lines({
        credentials: [
          { name: 'tls', from: { kind: 'file', path: '/etc/ssl/private/my key' } },
          { name: 'pw', from: { kind: 'credential', id: 'web.pw' } },
          { name: 'motd', from: { kind: 'text', text: 'hello' } },
        ],
      }).filter((line) => line.startsWith('LoadCredential=')),
    ).toEqual(['LoadCredential=microvm.tls:/etc/ssl/private/my key', 'LoadCredential=web.pw'])
  })
})

test('every machine name has a user name that Linux takes, and no two the same', () => {
  const name = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?$/)
  fc.assert(
    fc.property(name, name, (a, b) => {
      expect(machineUser(a)).toMatch(/^microvm-[a-z0-9_-]{1,23}$/)
      if (a !== b) expect(machineUser(a)).not.toBe(machineUser(b))
    }),
  )
})

test('no path can break out of its line', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const word of [pathWord, pairedPathWord, restOfLine]) {
        expect(word(`/${text}`)).not.toMatch(/\n/)
        // systemd.syntax(7): a line goes on after one that ends with a backslash of its own.
        expect(/\\*$/.exec(word(`/${text}`))?.[0].length).toSatisfy((count: number) => count % 2 === 0)
      }
    }),
  )
})
