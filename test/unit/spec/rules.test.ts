import { describe, expect, test } from 'vitest'
import { complete, summary, unmark, web } from './marked-text.ts'

/** What the rule says → codes of its problems, and a text with `¦` where each of them is to be placed. */
type Case = readonly [rule: string, codes: string, text: string]

const disk = (body: string) => web(`[[machines.web.volumes]]\nimage = "a.img"\n${body}`)
const net = (body: string) => web(`[[machines.web.interfaces]]\nid = "n0"\n${body}`)
const share = (body: string) => web(`[[machines.web.shares]]\nsource = "/srv"\n${body}`)
const two = (one: string, other: string) => `${web(one)}\n[machines.db]\nimage = { flake = ".#db" }\n${other}`
/** 108 bytes: one too many for the path of a socket. */
const LONG = `/${'x'.repeat(107)}`
const limit = '{ ops = { size = 1, refillTime = 1 } }'

const cases: Record<string, readonly Case[]> = {
  'volumes to be made': [
    ...(['xfs', 'btrfs'] as const).map((fsType): Case => [
      `${fsType} in a small volume`,
      'DEFINITION_VALUE',
      disk(`size = ¦"100M"\nfsType = "${fsType}"`),
    ]),
    ['ext4 in a tiny volume', 'DEFINITION_VALUE', disk('size = ¦"64K"')],
    ['a tiny swap area', 'DEFINITION_VALUE', disk('size = ¦"8K"\nfsType = "swap"')],
    [
      'a swap volume that is mounted',
      'DEFINITION_CLASH',
      disk('size = "1G"\nfsType = "swap"\nmountPoint = ¦"/swap"'),
    ],
    ['a swap volume that is not written to', 'DEFINITION_CLASH', disk('fsType = "swap"\nreadOnly = ¦true')],
    [
      'a swap volume in qcow2',
      'DEFINITION_CLASH',
      disk('size = "1G"\nfsType = "swap"\nimageType = ¦"qcow2"'),
    ],
  ],
  image: [
    ['an image is required', 'DEFINITION_VALUE', '¦[machines.web]\nvcpu = 1'],
    [
      'a file of the image has one source',
      'DEFINITION_CLASH DEFINITION_VALUE',
      '[machines.web.image.debian]\nsuite = "sid"\nfiles."/a" = ¦{ content = "", source = "x" }\nfiles."/b" = ¦{ mode = "0600" }',
    ],
  ],
  cpu: [
    ['max below boot', 'DEFINITION_CLASH', web('vcpu = 4\ncpu.max = ¦2')],
    [
      'topology and vcpu differ',
      'DEFINITION_CLASH',
      web('vcpu = 3\ncpu = { topology = ¦{ coresPerDie = 2 } }'),
    ],
    [
      'affinity of a vcpu that is not there',
      'DEFINITION_VALUE',
      web('cpu.affinity = [ { vcpu = ¦1, host = [0] } ]'),
    ],
    [
      'affinity twice',
      'DEFINITION_CLASH',
      web('cpu.affinity = [ { vcpu = 0, host = [0] }, { vcpu = ¦0, host = [1] } ]'),
    ],
  ],
  memory: [
    ['too little', 'MEMORY_RULE', web('mem = ¦"32M"')],
    ['no whole pages', 'MEMORY_RULE', web('mem = ¦"100000001"')],
    ['more hotplugged than hotplug', 'MEMORY_RULE', web('hotplugMem = "1G"\nhotpluggedMem = ¦"2G"')],
    ['hotplugged without hotplug', 'MEMORY_RULE', web('hotpluggedMem = ¦"2G"')],
    ['hotplug in blocks', 'MEMORY_RULE', web('hotplugMem = ¦"3M"')],
    ['size of pages that are not used', 'MEMORY_RULE', web('hugepageSize = ¦"2M"')],
    ['huge page no power of two', 'MEMORY_RULE', web('hugepageMem = true\nhugepageSize = ¦"3M"')],
    [
      'mem no multiple of huge pages',
      'MEMORY_RULE',
      web('mem = ¦"1500M"\nhugepageMem = true\nhugepageSize = "1G"'),
    ],
    ['shared and mergeable', 'MEMORY_RULE', web('sharedMem = true\nmergeableMem = ¦true')],
    [
      'mergeable with a share',
      'MEMORY_RULE',
      web('mergeableMem = ¦true\nshares = [ { tag = "a", source = "/a" } ]'),
    ],
    [
      'mergeable with user network',
      'MEMORY_RULE',
      web('mergeableMem = ¦true\ninterfaces = [ { type = "user", id = "a" } ]'),
    ],
    [
      'a share without shared memory',
      'MEMORY_RULE',
      web('sharedMem = ¦false\nshares = [ { tag = "a", source = "/a" } ]'),
    ],
    ['balloon memory without balloon', 'MEMORY_RULE', web('initialBalloonMem = ¦"64M"')],
    [
      'balloon as large as memory',
      'MEMORY_RULE',
      web('mem = "1G"\nballoon = true\ninitialBalloonMem = ¦"1G"'),
    ],
  ],
  volumes: [
    ['more queues than vcpus', 'DEFINITION_VALUE', disk('queues = ¦2')],
    ['queue size no power of two', 'DEFINITION_VALUE', disk('queueSize = ¦100')],
    ['queue size of 2', 'DEFINITION_VALUE', disk('queueSize = ¦2')],
    ['serial too long in bytes', 'DEFINITION_VALUE', disk('serial = ¦"ääääääääääää"')],
    [
      'serial twice',
      'DEFINITION_CLASH',
      `${disk('serial = "x"')}\n[[machines.web.volumes]]\nimage = "b"\nserial = ¦"x"`,
    ],
    [
      'serial of a default',
      'DEFINITION_CLASH',
      `${disk('serial = "vol1"')}\n¦[[machines.web.volumes]]\nimage = "b"`,
    ],
    [
      'own limit and group',
      'DEFINITION_CLASH',
      `${disk(`rateLimit = ¦${limit}\nrateLimitGroup = "g"`)}\n[machines.web.rateLimitGroups]\ng = ${limit}`,
    ],
    ['empty limit', 'DEFINITION_VALUE', disk('rateLimit = ¦{}')],
    ['unknown group', 'DEFINITION_VALUE', disk('rateLimitGroup = ¦"g"')],
    ['group named as a device', 'DEFINITION_VALUE', web(`rateLimitGroups.vol0 = ¦${limit}`)],
    ['group named as the root disk', 'DEFINITION_VALUE', web(`rateLimitGroups.root = ¦${limit}`)],
    ['group that is no identifier', 'DEFINITION_VALUE', web(`rateLimitGroups.¦"a b" = ${limit}`)],
    ['group that begins with "_"', 'DEFINITION_VALUE', web(`rateLimitGroups.¦__x = ${limit}`)],
    ['group without limits', 'DEFINITION_VALUE', web('rateLimitGroups.slow = ¦{}')],
    [
      'vhost-user with limit and iommu',
      'DEFINITION_CLASH DEFINITION_CLASH',
      disk(`vhostUserSocket = "/s"\nrateLimit = ¦${limit}\niommu = ¦true`),
    ],
    ['serial of a vhost-user disk', 'DEFINITION_CLASH', disk('vhostUserSocket = "/s"\nserial = ¦"a"')],
    ['read-only vhost-user disk', 'DEFINITION_CLASH', disk('vhostUserSocket = "/s"\nreadOnly = ¦true')],
    ['mounted vhost-user disk', 'DEFINITION_CLASH', disk('vhostUserSocket = "/s"\nmountPoint = ¦"/a"')],
    ['vhost-user disk as root', 'DEFINITION_CLASH', disk('vhostUserSocket = "/s"\nroot = ¦true')],
    ['socket too long', 'SOCKET_PATH_TOO_LONG', disk(`vhostUserSocket = ¦"${LONG}"`)],
    ['backing files of raw', 'DEFINITION_CLASH', disk('backingFiles = ¦true')],
    ['creating without a size', 'DEFINITION_CLASH', disk('autoCreate = ¦true')],
    ['creating read-only', 'DEFINITION_CLASH', disk('size = "1G"\nreadOnly = true\nautoCreate = ¦true')],
    [
      'label too long for the file system',
      'DEFINITION_VALUE',
      disk('size = "1G"\nfsType = "vfat"\nlabel = ¦"twelve-bytes"'),
    ],
    [
      'image outside of the state directory',
      'DEFINITION_VALUE',
      web('volumes = [ { image = ¦"a/../../b" } ]'),
    ],
    [
      'image twice',
      'DEFINITION_CLASH',
      `${disk('readOnly = true')}\n[[machines.web.volumes]]\nimage = ¦"./a.img"\nreadOnly = true`,
    ],
    [
      'two roots',
      'DEFINITION_CLASH',
      `${disk('root = true')}\n[[machines.web.volumes]]\nimage = "b"\nroot = ¦true`,
    ],
    ['root read-only', 'DEFINITION_CLASH', disk('root = true\nreadOnly = ¦true')],
    ['root of vfat', 'DEFINITION_VALUE', disk('root = true\nfsType = ¦"vfat"')],
    ['root with a mount point', 'DEFINITION_CLASH', disk('root = true\nmountPoint = ¦"/data"')],
    ['mounted as the root', 'DEFINITION_VALUE', disk('mountPoint = ¦"/"')],
    ['mount point with dots', 'DEFINITION_VALUE', disk('mountPoint = ¦"/a/../b"')],
    ['serial udev cannot name', 'DEFINITION_VALUE', disk('mountPoint = "/a"\nserial = ¦"a b"')],
    ['tag that makes a comment', 'DEFINITION_VALUE', share('tag = ¦"#a"\nmountPoint = "/a"')],
    [
      'mount point twice',
      'DEFINITION_CLASH',
      `${disk('mountPoint = "/a"')}\n[[machines.web.shares]]\ntag = "t"\nsource = "/t"\nmountPoint = ¦"/a/"`,
    ],
  ],
  interfaces: [
    ['more queues than vcpus', 'DEFINITION_VALUE', net('type = "tap"\nqueues = ¦2')],
    ['queue size no power of two', 'DEFINITION_VALUE', net('type = "tap"\nqueueSize = ¦100')],
    ['multicast address', 'DEFINITION_VALUE', net('type = "tap"\nmac = ¦"03:00:00:00:00:01"')],
    ['zero address', 'DEFINITION_VALUE', net('type = "tap"\nmac = ¦"00:00:00:00:00:00"')],
    [
      'vhost-user without socket',
      'DEFINITION_VALUE',
      web('¦[[machines.web.interfaces]]\nid = "a"\ntype = "vhost-user"'),
    ],
    [
      'socket too long, resolved',
      'SOCKET_PATH_TOO_LONG',
      net(`type = "vhost-user"\nsocket = ¦"${'x'.repeat(107 - '/project/'.length + 1)}"`),
    ],
    ['socket of a tap', 'DEFINITION_CLASH', net('type = "tap"\nsocket = ¦"/s"')],
    [
      'forwarded ports of a tap',
      'DEFINITION_CLASH',
      net('type = "tap"\nforwardPorts = ¦[ { host = { port = 1 }, guest = { port = 1 } } ]'),
    ],
    ['empty limit', 'DEFINITION_VALUE', net('type = "tap"\nrateLimit = ¦{}')],
    [
      'vhost-user with limit and iommu',
      'DEFINITION_CLASH DEFINITION_CLASH',
      net(`type = "vhost-user"\nsocket = "/s"\nrateLimit = ¦${limit}\niommu = ¦true`),
    ],
    [
      'same name twice',
      'DEFINITION_CLASH',
      `${net('type = "user"')}\n[[machines.web.interfaces]]\ntype = "user"\nid = ¦"n0"\nmac = "02:00:00:00:00:01"`,
    ],
    [
      'same MAC twice',
      'DEFINITION_CLASH',
      web(
        'interfaces = [ { type = "tap", id = "a", mac = "02:00:00:00:00:0A" }, { type = "user", id = "b", mac = ¦"02:00:00:00:00:0a" } ]',
      ),
    ],
    [
      'same host port twice',
      'DEFINITION_CLASH',
      net(
        'type = "user"\nforwardPorts = [ { host = { port = 80 }, guest = { port = 1 } }, { host = { address = "0.0.0.0", port = ¦80 }, guest = { port = 2 } } ]',
      ),
    ],
  ],
  shares: [
    ['tag too long in bytes', 'DEFINITION_VALUE', share(`tag = ¦"${'ä'.repeat(19)}"`)],
    ['socket too long in bytes', 'SOCKET_PATH_TOO_LONG', share(`tag = "a"\nsocket = ¦"/${'ä'.repeat(54)}"`)],
    ['queue size no power of two', 'DEFINITION_VALUE', share('tag = "a"\nqueueSize = ¦1000')],
    ['behind the iommu', 'DEFINITION_CLASH', share('tag = "a"\niommu = ¦true')],
    ['ACLs without attributes', 'DEFINITION_CLASH', share('tag = "a"\nposixAcl = true\nxattr = ¦false')],
    [
      'tag twice',
      'DEFINITION_CLASH',
      `${share('tag = "a"')}\n[[machines.web.shares]]\nsource = "/b"\ntag = ¦"a"`,
    ],
    [
      'socket twice',
      'DEFINITION_CLASH',
      `${share('tag = "a"\nsocket = "/s"')}\n[[machines.web.shares]]\nsource = "/b"\ntag = "b"\nsocket = ¦"/s"`,
    ],
  ],
  pci: [
    ['unknown segment', 'DEFINITION_VALUE', disk('pciSegment = ¦1')],
    ['unknown iommu segment', 'DEFINITION_VALUE', web('platform.iommuSegments = [¦3]')],
    [
      'the segment of our own devices behind the iommu',
      'DEFINITION_VALUE',
      `${disk('iommu = false')}\n[machines.web.platform]\niommuSegments = [¦0]`,
    ],
    [
      'on an iommu segment, not behind it',
      'DEFINITION_CLASH',
      web(
        'platform = { numPciSegments = 2, iommuSegments = [1] }\ndevices = [ { bus = "pci", path = "0000:01:00.0", pciSegment = 1, iommu = ¦false } ]',
      ),
    ],
    [
      'device twice',
      'DEFINITION_CLASH',
      web('devices = [ { bus = "pci", path = "0000:01:00.0" }, { bus = "pci", path = ¦"0000:01:00.0" } ]'),
    ],
  ],
  vsock: [
    ['named port is the notify port', 'DEFINITION_CLASH', web('vsock.ports.a.port = ¦1234')],
    ['socket of a TPM too long', 'SOCKET_PATH_TOO_LONG', web(`tpm.socket = ¦"${LONG}"`)],
    ['two names of a port', 'DEFINITION_CLASH', web('vsock.ports = { a = { port = 5 }, b = { port = ¦5 } }')],
  ],
  texts: [
    ['our own credential', 'DEFINITION_CLASH', web('credentials."vmm.notify_socket" = ¦"x"')],
    [
      'our own credential as OEM string',
      'DEFINITION_CLASH',
      web('platform.oemStrings = [¦"io.systemd.credential:vmm.notify_socket=x"]'),
    ],
    [
      'fstab of the user and mount points',
      'DEFINITION_CLASH',
      web('credentials."fstab.extra" = ¦"x"\nvolumes = [ { image = "a", mountPoint = "/a" } ]'),
    ],
    ['line break in a parameter', 'DEFINITION_VALUE', web('kernelParams = ["a", ¦"b\\nc"]')],
    [
      'NUL anywhere',
      'DEFINITION_VALUE DEFINITION_VALUE',
      web('kernelParams = [¦"a\\u0000"]\nextraConfig.qemu.¦"a\\u0000b" = 1'),
    ],
    ['empty OEM string', 'DEFINITION_VALUE', web('platform.oemStrings = ["a", ¦""]')],
  ],
  times: [
    ['no time to start', 'DEFINITION_VALUE', web('startTimeout = ¦0')],
    ['limit below the timeout', 'DEFINITION_CLASH', web('startTimeout = "2min"\nstartTimeoutMax = ¦"1min"')],
    [
      'stop limit below the timeout',
      'DEFINITION_CLASH',
      web('stopTimeout = "2min"\nstopTimeoutMax = ¦"1min"'),
    ],
  ],
  after: [
    ['unknown machine', 'DEFINITION_VALUE', two('after = [¦"bd"]', '')],
    ['itself', 'DEFINITION_CYCLE', web('after = [¦"web"]')],
    ['a circle', 'DEFINITION_CYCLE', two('after = [¦"db"]', 'after = ["web"]')],
    [
      'waiting for a circle is no circle',
      'DEFINITION_CYCLE',
      `${two('after = ["db"]', 'after = [¦"c"]')}\n[machines.c]\nimage.flake = "x"\nafter = ["db"]`,
    ],
  ],
  'between machines': [
    [
      'a tap',
      'DEFINITION_CLASH',
      two('interfaces = [ { type = "tap", id = "t0" } ]', 'interfaces = [ { type = "tap", id = ¦"t0" } ]'),
    ],
    [
      'a MAC address',
      'DEFINITION_CLASH',
      two(
        'interfaces = [ { type = "tap", id = "a", mac = "02:00:00:00:00:01" } ]',
        'interfaces = [ { type = "tap", id = "b", mac = ¦"02:00:00:00:00:01" } ]',
      ),
    ],
    [
      'a writable image',
      'DEFINITION_CLASH',
      two('volumes = [ { image = "/a", readOnly = true } ]', 'volumes = [ { image = ¦"/x/../a" } ]'),
    ],
    [
      'a root image',
      'DEFINITION_CLASH',
      '[machines.a]\nimage = { kernel = "/k", root = "/r" }\n[machines.b]\nimage = { kernel = "/k", root = ¦"/r", rootReadOnly = false }',
    ],
    [
      'a forwarded port',
      'DEFINITION_CLASH',
      two(
        'interfaces = [ { type = "user", id = "a", forwardPorts = [ { host = { port = 80 }, guest = { port = 1 } } ] } ]',
        'interfaces = [ { type = "user", id = "a", forwardPorts = [ { host = { port = ¦80 }, guest = { port = 1 } } ] } ]',
      ),
    ],
    ['a TPM', 'DEFINITION_CLASH', two('tpm.socket = "/t"', 'tpm.socket = ¦"/t"')],
    [
      'a UUID',
      'DEFINITION_CLASH',
      two(
        'platform.uuid = "6d0f2b1e-8b7c-4c7e-9a55-0d2f6f1c3a10"',
        'platform.uuid = ¦"6D0F2B1E-8B7C-4C7E-9A55-0D2F6F1C3A10"',
      ),
    ],
  ],
}

describe.each(Object.entries(cases))('%s', (_, list) => {
  test.each(list)('%s → %s', (_rule, codes, marked) => {
    const { text, places } = unmark(marked)
    const result = complete(text)
    const problems = result.ok ? [] : result.problems
    expect(summary(problems)).toEqual(codes.split(' ').map((code, index) => `${code} ${places[index]}`))
    for (const problem of problems) {
      expect(problem.message).toMatch(/^\S.*\.$/s)
      expect(problem.because ?? '.').toMatch(/[.:]$/)
      expect(problem.fix).toMatch(/^\S.*[.?]$/s)
    }
  })
})

describe('no clash', () => {
  test.each([
    ['a socket of 107 bytes', web(`tpm.socket = "${LONG.slice(0, -1)}"`)],
    ['a long socket behind a link', web(`vsock.ports.a = { port = 5, socket = "${LONG}" }`)],
    [
      'relative images of two machines',
      two('volumes = [ { image = "a" } ]', 'volumes = [ { image = "a" } ]'),
    ],
    [
      'a read-only image in two machines',
      two(
        'volumes = [ { image = "/a", readOnly = true } ]',
        'volumes = [ { image = "/a", readOnly = true } ]',
      ),
    ],
    [
      'one port on two addresses, tcp and udp',
      net(
        'type = "user"\nforwardPorts = [ { host = { port = 80 }, guest = { port = 1 } }, { host = { address = "127.0.0.2", port = 80 }, guest = { port = 2 } }, { proto = "udp", host = { port = 80 }, guest = { port = 2 } } ]',
      ),
    ],
    [
      'a MAC address in two user networks',
      two(
        'interfaces = [ { type = "user", id = "a", mac = "02:00:00:00:00:01" } ]',
        'interfaces = [ { type = "user", id = "a", mac = "02:00:00:00:00:01" } ]',
      ),
    ],
    [
      'one image of files for two machines',
      '[machines.a]\nimage = { kernel = "/k", root = "/r" }\n[machines.b]\nimage = { kernel = "/k", root = "/r" }',
    ],
    ['a machine listed twice in after', two('after = ["db", "db"]', '')],
    [
      'mergeable memory and user network under QEMU',
      web('hypervisor = "qemu"\nmergeableMem = true\ninterfaces = [ { type = "user", id = "a" } ]'),
    ],
    [
      'vhost-user devices on huge pages',
      web('hugepageMem = true\nsharedMem = false\nshares = [ { tag = "a", source = "/a" } ]'),
    ],
  ])('%s', (_, text) => {
    expect(complete(text)).toMatchObject({ ok: true })
  })
})

describe('warnings', () => {
  test.each([
    ['a credential on the command line', web('kernelParams = [¦"systemd.set_credential=a:b"]')],
    ['a credential among the OEM strings', web('platform.oemStrings = [¦"io.systemd.credential:a=b"]')],
    ['a macvtap without MAC', web('¦[[machines.web.interfaces]]\ntype = "macvtap"\nid = "m0"')],
    [
      'a mount point without file system',
      web('volumes = [ { image = "a", size = "1G", imageType = "qcow2", mountPoint = ¦"/a" } ]'),
    ],
  ])('%s', (_, marked) => {
    const { text, places } = unmark(marked)
    const result = complete(text)
    expect(result.ok && result.warnings.map(({ place }) => `${place?.line}:${place?.column}`)).toEqual(places)
  })
})

describe('all at once', () => {
  test('shape problems and rules of the other keys, in the order of the text', () => {
    const { text, places } = unmark(
      web(
        'mem = ¦"5X"\n¦balloonMem = 1\ncredentials."vmm.notify_socket" = ¦"x"\nvsock.ports.a.port = ¦1234\n[machines.db]\nimage = ¦5\nafter = [¦"nobody"]',
      ),
    )
    const result = complete(text)
    expect(result.ok ? [] : result.problems.map(({ place }) => `${place?.line}:${place?.column}`)).toEqual(
      places,
    )
  })

  test('no rule guesses about a key that is known to be wrong', () => {
    const { text, places } = unmark(
      web(
        '¦hugepageMme = true\nhugepageSize = "2M"\nmem = "100000001"\nvolumes = [ { image = "a", queues = 9, size = ¦0 } ]',
      ),
    )
    const result = complete(text)
    expect(result.ok ? [] : summary(result.problems)).toEqual([
      `DEFINITION_UNKNOWN_KEY ${places[0]}`,
      `DEFINITION_VALUE ${places[1]}`,
    ])
  })

  test('a machine that is no table can still be waited for', () => {
    const { text, places } = unmark(`${web('after = ["db"]')}\n[machines]\ndb = ¦5`)
    const result = complete(text)
    expect(result.ok ? [] : summary(result.problems)).toEqual([`DEFINITION_VALUE ${places[0]}`])
  })
})
