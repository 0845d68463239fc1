import { describe, expect, it } from 'vitest'
import { specsOf } from '../../src/compile.ts'
import { evaluate, nixpkgs } from '../nix/evaluate.ts'
import { needs } from '../nix/needs.ts'

const lacked = needs()
const image = { kernel: '/k' }

type Machine = Readonly<Record<string, unknown>>
const port = (address: string | undefined, number = 8080, proto = 'tcp'): Machine => ({
  interfaces: [
    {
      type: 'user',
      id: 'eth0',
      forwardPorts: [
        {
          proto,
          host: address === undefined ? { port: number } : { address, port: number },
          guest: { port: 80 },
        },
      ],
    },
  ],
})
const disk = (path: string, readOnly = false): Machine => ({
  volumes: [{ image: path, readOnly, autoCreate: false }],
})
const device = (type: string, id: string, mac: string, more: object = {}): Machine => ({
  interfaces: [{ type, id, mac, ...more }],
})

const pairs: readonly [string, Machine, Machine][] = [
  ['one address and all of them', port('127.0.0.1'), port('0.0.0.0')],
  ['no address and all of IPv6', port(undefined), port('::')],
  ['the same address, once by default', port(undefined), port('127.0.0.1')],
  ['two addresses', port('127.0.0.1'), port('192.0.2.1')],
  ['two protocols', port('0.0.0.0', 53, 'udp'), port('0.0.0.0', 53, 'tcp')],
  ['two ports', port('0.0.0.0', 80), port('0.0.0.0', 81)],
  ['one image', disk('/srv/a.img'), disk('/srv/a.img')],
  ['one image, written differently', disk('/srv/a.img'), disk('/srv//./a.img')],
  ['one image, read by both', disk('/srv/a.img', true), disk('/srv/a.img', true)],
  ['one image, read and written', disk('/srv/a.img', true), disk('/srv/a.img')],
  ['images in state directories', disk('a.img'), disk('a.img')],
  ['a root disk and a volume', { image: { ...image, root: '/srv/a.img' } }, disk('/srv/a.img')],
  [
    'two readers of a root disk',
    { image: { ...image, root: '/srv/a.img' } },
    { image: { ...image, root: '/srv/a.img' } },
  ],
  ['one tap', device('tap', 't0', '02:00:00:00:00:01'), device('tap', 't0', '02:00:00:00:00:02')],
  [
    'a tap and a macvtap',
    device('tap', 't0', '02:00:00:00:00:01'),
    device('macvtap', 't0', '02:00:00:00:00:02'),
  ],
  ['one MAC address', device('tap', 't0', '02:00:00:00:00:0a'), device('tap', 't1', '02:00:00:00:00:0A')],
  [
    'MAC addresses behind user',
    device('user', 'a', '02:00:00:00:00:01'),
    device('user', 'a', '02:00:00:00:00:01'),
  ],
  [
    'one back-end',
    device('vhost-user', 'a', '02:00:00:00:00:01', { socket: '/run/x' }),
    device('vhost-user', 'b', '02:00:00:00:00:02', { socket: '/run/x' }),
  ],
  ['one TPM', { tpm: { socket: '/run/tpm' } }, { tpm: { socket: '/run/tpm' } }],
  [
    'one PCI device',
    { devices: [{ bus: 'pci', path: '0000:01:00.0' }] },
    { devices: [{ bus: 'pci', path: '0000:01:00.0' }] },
  ],
  [
    'one UUID',
    { platform: { uuid: '6d0f2b1e-8b7c-4c7e-9a55-0d2f6f1c3a10' } },
    { platform: { uuid: '6d0f2b1e-8b7c-4c7e-9a55-0d2f6f1c3a10' } },
  ],
  ['one context id', { vsock: { cid: 3 } }, { vsock: { cid: 3 } }],
]

const hostOf = (a: Machine, b: Machine) => ({ a: { image, ...a }, b: { image, ...b } })

/** What the engine says of a file with both machines. */
const clashesInFile = (a: Machine, b: Machine): boolean => {
  const text = JSON.stringify({ machines: hostOf(a, b) })
  const specs = specsOf({ text, file: '/etc/microvm/x.json', folder: '/etc/microvm' })
  if (specs.ok) return false
  expect(
    specs.problems.filter(({ code }) => code !== 'DEFINITION_CLASH').map(({ message }) => message),
  ).toEqual([])
  return true
}

describe.runIf(lacked === undefined)(
  `machines of one NixOS host${lacked === undefined ? '' : `: lacks ${lacked}`}`,
  () => {
    it('clash over what machines of one definition clash over', () => {
      const found = evaluate('clashes.nix', {
        nixpkgs: nixpkgs(),
        hosts: JSON.stringify(pairs.map(([, a, b]) => hostOf(a, b))),
      }) as readonly boolean[]
      const said = (verdicts: readonly boolean[]) =>
        Object.fromEntries(pairs.map(([name], index) => [name, verdicts[index]]))
      expect(said(found)).toEqual(said(pairs.map(([, a, b]) => clashesInFile(a, b))))
    })
  },
)
