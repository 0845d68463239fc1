import { describe, expect, test } from 'vitest'
import { complete, web } from './marked-text.ts'

const spec = (text: string) => {
  const result = complete(text)
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  const [first] = result.value
  if (first === undefined) throw new Error('no machine')
  return first
}

test('defaults are those the schema promises', () => {
  expect(spec(web(''))).toEqual({
    name: 'web',
    hostname: 'web',
    hypervisor: 'auto',
    after: [],
    image: { kind: 'flake', reference: '/project#web' },
    cpu: {
      boot: 1,
      max: 1,
      topology: undefined,
      affinity: [],
      nested: true,
      maxPhysBits: 46,
      features: [],
      coreScheduling: undefined,
    },
    memory: {
      size: 512 * 2 ** 20,
      hotplugSize: 0,
      hotpluggedSize: 0,
      shared: false,
      mergeable: false,
      hugepages: false,
      hugepageSize: undefined,
      prefault: false,
      thp: true,
      balloon: undefined,
    },
    volumes: [],
    interfaces: [],
    shares: [],
    devices: [],
    vsock: { cid: 3, notifyPort: 1234, ports: [] },
    console: { device: 'serial', login: true },
    rngSource: '/dev/urandom',
    watchdog: false,
    pvpanic: true,
    tpmSocket: undefined,
    platform: {
      oemStrings: [],
      uuid: '01d3d5f7-0a18-8244-a170-95a81094e052',
      serialNumber: undefined,
      manufacturer: undefined,
      productName: undefined,
      version: undefined,
      skuNumber: undefined,
      family: undefined,
      assetTag: undefined,
      numPciSegments: 1,
      iommuSegments: [],
      iommuAddressWidth: undefined,
    },
    credentials: [],
    kernelParams: [],
    rateLimitGroups: [],
    ready: { kind: 'system' },
    times: { start: 90_000, startMax: 900_000, stop: 90_000, stopMax: 270_000 },
    restart: undefined,
    onEmergency: 'fail',
    reboot: 'allow',
    landlock: { enabled: false, rules: [] },
    seccomp: 'on',
    extraArgs: {},
    extraConfig: {},
  })
})

test('defaults of the devices', () => {
  const { volumes, interfaces, shares, devices } = spec(
    web(
      'volumes = [{ image = "a.img" }]\ninterfaces = [{ type = "tap", id = "t0" }]\nshares = [{ tag = "a", source = "./x" }]\ndevices = [{ bus = "pci", path = "0000:01:00.0" }]',
    ),
  )
  expect(volumes).toMatchObject([
    {
      id: 'vol0',
      image: 'a.img',
      size: undefined,
      autoCreate: false,
      serial: 'vol0',
      imageType: 'raw',
      sparse: true,
    },
  ])
  expect(interfaces).toMatchObject([{ id: 'net0', name: 't0', queuePairs: 1, queueSize: 256, offload: true }])
  expect(shares).toMatchObject([
    { id: 'fs0', source: '/project/x', cache: 'auto', xattr: false, queueSize: 1024 },
  ])
  expect(devices).toEqual([{ id: 'pci0', path: '0000:01:00.0', pciSegment: 0, iommu: false }])
})

test('host paths are resolved against the folder of the definition, volume images are not', () => {
  const machine = spec(
    `[machines.web]
image = { kernel = "k", initrd = "../i", root = "./r" }
rng.source = "rng"
tpm.socket = "tpm"
vsock.ports.a = { port = 5, socket = "v" }
credentials.c = { file = "c" }
landlock.rules = [{ path = "l", access = "r" }]
unit.paths = [{ path = "u", access = "rw" }]
volumes = [{ image = "a.img" }, { image = "b", vhostUserSocket = "s" }]
interfaces = [{ type = "vhost-user", id = "n", socket = "n" }]
shares = [{ tag = "t", source = "./~", socket = "f" }]
`,
  )
  expect(machine).toMatchObject({
    image: { kernel: '/project/k', initrd: '/i', root: { path: '/project/r', readOnly: true } },
    rngSource: '/project/rng',
    tpmSocket: '/project/tpm',
    vsock: { ports: [{ name: 'a', port: 5, socket: '/project/v' }] },
    credentials: [{ name: 'c', from: { kind: 'file', path: '/project/c' } }],
    landlock: { enabled: true, rules: [{ path: '/project/l', access: 'r' }] },
    unit: { devices: [], paths: [{ path: '/project/u', access: 'rw' }] },
    volumes: [{ image: 'a.img' }, { vhostUserSocket: '/project/s' }],
    interfaces: [{ socket: '/project/n' }],
    shares: [{ source: '/project/~', socket: '/project/f' }],
  })
})

test.each([
  ['', false],
  ['shares = [{ tag = "a", source = "/a" }]', true],
  ['interfaces = [{ type = "vhost-user", id = "a", socket = "/s" }]', true],
  ['interfaces = [{ type = "user", id = "a" }]', true],
  ['interfaces = [{ type = "tap", id = "a" }]', false],
  ['volumes = [{ image = "a", vhostUserSocket = "/s" }]', true],
])('memory is shared when another process needs it: %s → %s', (body, shared) => {
  expect(spec(web(body)).memory.shared).toBe(shared)
})

describe('short forms', () => {
  test.each([
    ['console = "virtio"', { device: 'virtio', login: true }],
    ['console = "off"', { device: 'off', login: false }],
    ['console = { login = false }', { device: 'serial', login: false }],
  ])('%s', (body, expected) => {
    expect(spec(web(body)).console).toEqual(expected)
  })

  test.each([
    ['ready = "booted"', { kind: 'booted' }],
    ['ready = "target:multi-user.target"', { kind: 'target', unit: 'multi-user.target' }],
  ])('%s', (body, expected) => {
    expect(spec(web(body)).ready).toEqual(expected)
  })

  test.each([
    ['flake = "./sub?dir=a#web"', '/project/sub?dir=a#web'],
    ['flake = ".#web"', '/project#web'],
    ['flake = "github:owner/repo#web"', 'github:owner/repo#web'],
  ])('image.%s', (body, reference) => {
    expect(spec(`[machines.web.image]\n${body}`).image).toEqual({ kind: 'flake', reference })
  })

  test('files of a Debian image', () => {
    const { image } = spec(
      '[machines.web.image.debian]\nsuite = "sid"\nfiles."/a" = "text"\nfiles."/b" = { source = "b", mode = "755" }',
    )
    expect(image).toMatchObject({
      recipe: {
        files: [
          { path: '/a', mode: '0644', from: { content: 'text' } },
          { path: '/b', mode: '0755', from: { source: '/project/b' } },
        ],
      },
    })
  })
})

test('a text that is no table at all is one problem, not an exception', () => {
  expect(complete('machines = 5')).toMatchObject({ ok: false, problems: [{ code: 'DEFINITION_VALUE' }] })
})
