import * as z from 'zod'
import { Size } from './size.ts'

const ABSOLUTE = 'an absolute path in the guest, beginning with "/"'

const TokenBucket = z.strictObject({
  size: z.int().positive().describe('Bucket size: bytes for bandwidth, operations for ops.'),
  refillTime: z.int().positive().describe('Milliseconds in which an empty bucket fills up.'),
  oneTimeBurst: z.int().nonnegative().optional().describe('Extra tokens at start. Default: 0.'),
})

export const RateLimit = z
  .strictObject({
    bandwidth: TokenBucket.optional().describe('Limits bytes.'),
    ops: TokenBucket.optional().describe('Limits operations: disk requests, network packets.'),
  })
  .describe("Token buckets, as cloud-hypervisor's docs/io_throttling.md defines them.")

const pciCommon = {
  pciSegment: z.int().min(0).max(95).optional().describe('PCI segment. Default: 0.'),
  iommu: z.boolean().optional().describe('Behind the virtual IOMMU. Default: false.'),
}

export const Volume = z.strictObject({
  image: z
    .string()
    .min(1)
    .describe(
      "Path of the image file; relative ones lie in the machine's state directory. Block devices are allowed.",
    ),
  size: Size.optional().describe(
    'Needed when the image is to be created. An existing image is never resized.',
  ),
  autoCreate: z
    .boolean()
    .optional()
    .describe('Create the image, with a file system, when it does not exist. Default: true.'),
  fsType: z
    .enum(['ext4', 'xfs', 'btrfs', 'vfat', 'swap', 'none'])
    .optional()
    .describe(
      'File system of a created image; "swap" makes a swap area, which the guest swaps on; "none" leaves it empty. Default: "ext4".',
    ),
  label: z.string().min(1).max(16).optional().describe('File system label of a created image.'),
  mkfsExtraArgs: z
    .array(z.string())
    .optional()
    .describe('Further arguments of mkfs when the image is created, e.g. ["-m", "0"].'),
  mountPoint: z
    .string()
    .regex(/^\//, { error: ABSOLUTE })
    .optional()
    .describe('Where the guest mounts it (credential fstab.extra, guest systemd 254 and newer).'),
  root: z
    .boolean()
    .optional()
    .describe(
      "This volume is the writable layer above the image's root file system. Default: false: a tmpfs is.",
    ),
  readOnly: z.boolean().optional().describe('Default: false.'),
  imageType: z.enum(['raw', 'qcow2', 'vhd', 'vhdx']).optional().describe('Default: "raw". Never guessed.'),
  backingFiles: z
    .boolean()
    .optional()
    .describe('Allow a qcow2 backing chain; trust the image then. Default: false.'),
  direct: z.boolean().optional().describe("O_DIRECT, past the host's page cache. Default: false."),
  serial: z
    .string()
    .min(1)
    .max(20)
    .optional()
    .describe('Guest finds it as /dev/disk/by-id/virtio-SERIAL. At most 20 bytes. Default: volN.'),
  sparse: z.boolean().optional().describe('Punch holes on discard. Default: true.'),
  queues: z.int().min(1).optional().describe('Request queues, at most one per vCPU. Default: 1.'),
  queueSize: z.int().min(2).max(32768).optional().describe('A power of two. Default: 128.'),
  lockGranularity: z
    .enum(['byte-range', 'full'])
    .optional()
    .describe('How cloud-hypervisor 52 and newer lock the image. Default: "byte-range".'),
  rateLimit: RateLimit.optional(),
  rateLimitGroup: z
    .string()
    .min(1)
    .optional()
    .describe('Name of a limit in rateLimitGroups, shared with other volumes. Excludes rateLimit.'),
  vhostUserSocket: z
    .string()
    .min(1)
    .optional()
    .describe('Use the vhost-user-blk back-end on this socket; `image` is then only a name.'),
  ...pciCommon,
})

const ForwardPort = z.strictObject({
  from: z.enum(['host']).optional().describe('Direction. Default and only value: host → guest.'),
  proto: z.enum(['tcp', 'udp']).optional().describe('Default: "tcp".'),
  host: z
    .strictObject({
      address: z
        .union([z.ipv4(), z.ipv6()], { error: 'an IPv4 or IPv6 address such as "127.0.0.1"' })
        .optional()
        .describe('Address of this host to listen on. Default: 127.0.0.1.'),
      port: z.int().min(1).max(65535).describe('Port on the host.'),
    })
    .describe('Where the host listens.'),
  guest: z
    .strictObject({ port: z.int().min(1).max(65535).describe('Port in the guest.') })
    .describe('Where the guest listens.'),
})

export const Interface = z.strictObject({
  type: z
    .enum(['user', 'tap', 'macvtap', 'vhost-user'])
    .describe(
      '"user": no privileges (passt or QEMU\'s slirp). "tap": an existing tap device. "macvtap": an existing macvtap device. "vhost-user": a back-end of yours.',
    ),
  id: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,15}$/, { error: 'a name of at most 15 letters, digits, "_", "." and "-"' })
    .describe('Name of the host device (tap, macvtap: at most 15 bytes), or of this interface.'),
  mac: z
    .string()
    .regex(/^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}$/, { error: 'a MAC address such as "02:00:00:00:00:01"' })
    .optional()
    .describe(
      "MAC address of the guest's side. Default: derived from the machine's and the interface's name, the same on every start.",
    ),
  mtu: z
    .int()
    .min(1280)
    .max(65535)
    .optional()
    .describe("Bytes per packet; a tap or macvtap must have the same. Default: the host device's."),
  queues: z.int().min(1).max(16).optional().describe('Queue pairs, at most one per vCPU. Default: 1.'),
  queueSize: z.int().min(2).max(32768).optional().describe('Default: 256.'),
  offload: z.boolean().optional().describe('TSO, UFO and checksum offload. Default: true.'),
  socket: z.string().min(1).optional().describe('Socket of the vhost-user back-end (type "vhost-user").'),
  forwardPorts: z.array(ForwardPort).optional().describe('Only for type "user".'),
  rateLimit: RateLimit.optional(),
  ...pciCommon,
})

export const Share = z.strictObject({
  tag: z.string().min(1).max(36).describe('virtio-fs tag; at most 36 bytes.'),
  source: z.string().min(1).describe('Directory on the host; relative to the definition file.'),
  mountPoint: z
    .string()
    .regex(/^\//, { error: ABSOLUTE })
    .optional()
    .describe('Where the guest mounts it (credential fstab.extra, guest systemd 254 and newer).'),
  proto: z.enum(['virtiofs']).optional().describe("For microvm.nix's users; 9p is not offered."),
  readOnly: z.boolean().optional().describe('Default: false.'),
  cache: z
    .enum(['auto', 'always', 'never', 'metadata'])
    .optional()
    .describe('virtiofsd --cache. Default: "auto".'),
  posixAcl: z.boolean().optional().describe('POSIX ACLs; needs xattr. Default: false.'),
  xattr: z.boolean().optional().describe('Extended attributes. Default: on when posixAcl is.'),
  extraArgs: z
    .array(z.string())
    .optional()
    .describe(
      'For virtiofsd(1). Who owns what in the share is decided by "microvm plan"; --uid-map, --translate-uid and their like replace that.',
    ),
  socket: z.string().min(1).optional().describe('Use a virtiofsd that runs already.'),
  queueSize: z.int().min(2).max(32768).optional().describe('Default: 1024.'),
  ...pciCommon,
})

export const Pci = z.strictObject({
  bus: z.enum(['pci']).describe('Only PCI: cloud-hypervisor has no USB.'),
  path: z
    .string()
    .regex(/^[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/, { error: 'a PCI address such as "0000:01:00.0"' })
    .describe('PCI address, e.g. "0000:01:00.0", bound to vfio-pci.'),
  ...pciCommon,
})

export const Vsock = z
  .strictObject({
    cid: z
      .int()
      .min(3)
      .max(4294967294)
      .optional()
      .describe(
        'Context id of the guest. Not host-global: every machine has a socket of its own. Default: 3.',
      ),
    notifyPort: z
      .int()
      .min(1)
      .max(4294967294)
      .optional()
      .describe("Port the guest's READY=1 arrives on. Default: 1234."),
    ports: z
      .record(
        z.string().regex(/^[a-z0-9-]+$/, { error: 'a name of a-z, 0-9 and "-"' }),
        z.strictObject({
          port: z.int().min(1).max(4294967294).describe('The vsock port.'),
          socket: z
            .string()
            .min(1)
            .optional()
            .describe('Unix socket on the host, relative to the definition file.'),
        }),
      )
      .optional()
      .describe(
        'Names for ports. With `socket`: what the guest sends to CID 2 on that port is linked to that Unix socket of the host.',
      ),
  })
  .describe(
    "The socket device that carries readiness. Always there; its sockets on the host are microvm's business.",
  )

export const Console = z
  .union(
    [
      z.enum(['serial', 'virtio', 'off']),
      z.strictObject({
        device: z.enum(['serial', 'virtio', 'off']).optional().describe('Default: "serial".'),
        login: z
          .boolean()
          .optional()
          .describe('Whether the guest may start its login prompt on it. Default: true.'),
      }),
    ],
    { error: '"serial", "virtio", "off" or a table { device, login }' },
  )
  .describe(
    'Console that is logged and that `microvm console` talks to: ttyS0, hvc0 or none. Default: "serial".',
  )

export const Tpm = z
  .strictObject({ socket: z.string().min(1).describe('Socket of a running swtpm(8).') })
  .describe('A TPM 2.0, emulated by swtpm(8). Default: none.')
