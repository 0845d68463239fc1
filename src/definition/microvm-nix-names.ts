import type { Path } from './places-tree.ts'

type Hint = { readonly because: string; readonly fix: string }

const nix = (fix: string): Hint => ({ because: 'microvm.nix has this option, microvm does not.', fix })
const other = (fix: string): Hint => ({ because: 'Other tools call it so.', fix })
const module = nix(
  'Remove it here: it belongs to the NixOS module, which turns it into image, shares and volumes.',
)
const vmm = nix('Remove it: only cloud-hypervisor and QEMU are driven. Extra arguments go into extraArgs.')

/** Keys of a machine and of the tables in it (list positions left out) that we do not have, with what to use instead. */
const KEYS: Readonly<Record<string, Hint>> = {
  balloonDelay: nix('Use balloon = true: the guest gives pages back as it frees them.'),
  balloonMem: nix('Use balloon = true, and initialBalloonMem = "…" for what the balloon takes at boot.'),
  binScripts: module,
  bootDisk: module,
  bootDiskType: module,
  credentialFiles: nix('Use credentials: NAME = { file = "…" }.'),
  declaredRunner: module,
  deploy: module,
  extraArgsScript: nix('Use extraArgs (constant) or extraConfig; nothing is computed by a script at start.'),
  forwardPorts: nix(
    'Move it into the interface of type "user": interfaces = [ { type = "user", forwardPorts = […] } ].',
  ),
  graphics: nix('Remove it: machines have a console and a network, no screen.'),
  guest: module,
  initrdPath: nix('Use image = { kernel = "…", initrd = "…" }.'),
  kernel: nix('Use image = { kernel = "…", initrd = "…", root = "…" }.'),
  kernelBtf: module,
  kernelPath: nix('Use image = { kernel = "…", initrd = "…", root = "…" }.'),
  machineId: nix('Use platform.uuid: an empty /etc/machine-id is filled from it.'),
  macvtapScripts: nix('Create the macvtap device on the host, and name it in the id of an interface.'),
  notifySupport: nix('Use ready = "process" where the guest does not say that it is ready.'),
  optimize: module,
  preStart: nix('Run it before microvm, e.g. as ExecStartPre= in a drop-in of microvm@NAME.service.'),
  prettyProcnames: nix('Remove it: `microvm ps` shows which process belongs to which machine.'),
  registerClosure: module,
  registerWithMachined: nix('Remove it: `microvm ps` lists the machines.'),
  runner: module,
  socket: nix('Remove it: `microvm plan` shows where the sockets of a machine are.'),
  storeDisk: module,
  storeDiskErofsFlags: module,
  storeDiskSquashfsFlags: module,
  storeDiskType: module,
  storeOnBootDisk: nix('Use image = { flake = "…#name" }: the store of a NixOS image is always on its disk.'),
  storeOnDisk: nix('Use image = { flake = "…#name" }: the store of a NixOS image is always on its disk.'),
  systemSymlink: module,
  tapScripts: nix('Create the tap on the host, and name it in the id of an interface.'),
  user: nix('Run microvm as that user, or set User= in a drop-in of microvm@NAME.service.'),
  virtiofsd: nix('Use extraArgs of the share: shares = [ { extraArgs = ["--thread-pool-size=4"] } ].'),
  virtiofsdScripts: nix('Remove it: virtiofsd is started and stopped with the machine.'),
  vmHostPackages: module,
  writableStore: nix('Use a volume with root = true as the writable layer above the image.'),
  writableStoreOverlay: nix('Use a volume with root = true as the writable layer above the image.'),
  alioth: vmm,
  crosvm: vmm,
  firecracker: vmm,
  kvmtool: vmm,
  stratovirt: vmm,
  vfkit: vmm,
  'cloud-hypervisor.platformOEMStrings': nix('Use platform.oemStrings; for secrets use credentials.'),
  'cloud-hypervisor.extraArgs': nix(
    'Use extraArgs.cloud-hypervisor, or extraConfig.cloud-hypervisor for what the REST API takes.',
  ),
  'cloud-hypervisor.package': nix('Set MICROVM_CLOUD_HYPERVISOR, or put the program on PATH.'),
  'qemu.extraArgs': nix('Use extraArgs.qemu.'),
  'qemu.machine': nix('Remove it: machines are always q35 (virt on aarch64).'),
  'qemu.machineOpts': nix('Use extraArgs.qemu.'),
  'qemu.package': nix('Set MICROVM_QEMU, or put the program on PATH.'),
  'qemu.pcieRootPorts': nix('Use extraArgs.qemu.'),
  'qemu.serialConsole': nix('Use console = "serial" or console = "off".'),
  'devices.crosvm': vmm,
  'devices.qemu': nix('Use extraArgs.qemu.'),
  'interfaces.bridge': nix('Use type = "tap" with a tap device that is a port of the bridge.'),
  'interfaces.guestId': nix('Name it in the guest, by a .link file that matches its mac.'),
  'interfaces.link': nix('Create the macvtap device on the host (systemd-networkd does) and name it in id.'),
  'interfaces.macvtap': nix(
    'Create the macvtap device on the host (systemd-networkd does) and name it in id.',
  ),
  'interfaces.tap': nix('Remove it: vhost-net is not used.'),
  'shares.securityModel': nix('Remove it: it is an option of 9p, and shares are virtio-fs.'),
  'vsock.ssh': nix(
    'Remove it: a guest with sshd and systemd 256 or newer listens on vsock port 22 by itself.',
  ),

  cmdline: other('Use kernelParams, or image.cmdline together with image.kernel.'),
  cpus: other('Use vcpu = 2, and the table cpu for the rest.'),
  dependsOn: other('Use after = ["name"].'),
  depends_on: other('Use after = ["name"].'),
  disks: other('Use [[machines.NAME.volumes]].'),
  initrd: other('Use image = { kernel = "…", initrd = "…" }.'),
  memory: other('Use mem = "512M"; memory options are keys of the machine (sharedMem, hugepageMem …).'),
  memorySize: other('Use mem = "512M".'),
  net: other('Use [[machines.NAME.interfaces]].'),
  networks: other('Use [[machines.NAME.interfaces]].'),
  ports: other('Use forwardPorts of an interface of type "user".'),
  vcpus: other('Use vcpu = 2.'),
  'volumes.path': other('Use image.'),
  'volumes.readonly': other('Use readOnly.'),
}

/** Values microvm.nix takes and we do not. */
const VALUES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'shares.proto': { '9p': 'Remove proto: shares are virtio-fs, which is faster and keeps owners and locks.' },
  'interfaces.type': {
    bridge: 'Use type = "tap" with a tap device that is a port of the bridge, or type = "user".',
    passt: 'Use type = "user": it runs passt where the hypervisor needs it.',
  },
  'devices.bus': {
    usb: 'Pass the whole USB controller through by its PCI address; cloud-hypervisor has no USB.',
  },
  hypervisor: Object.fromEntries(
    ['alioth', 'crosvm', 'firecracker', 'kvmtool', 'stratovirt', 'vfkit'].map((name) => [
      name,
      'Use "cloud-hypervisor" or "qemu", or leave it out: "auto" takes what this host has.',
    ]),
  ),
}

/** The path below the machine without positions in lists: `['machines', 'web', 'shares', 0, 'proto']` → `shares.proto`. */
const nameOf = (at: Path): string =>
  at[0] === 'machines'
    ? at
        .slice(2)
        .filter((step) => typeof step === 'string')
        .join('.')
    : ''

export const hintFor = (at: Path): Hint | undefined => own(KEYS, nameOf(at))

/** What to write instead of a value microvm.nix takes. */
export const machineHint = (at: Path, value: unknown): string | undefined => {
  if (nameOf(at) === 'cpu' && typeof value === 'string')
    return 'Remove it: guests see the CPU of the host. The table cpu has max, topology and affinity.'
  const values = own(VALUES, nameOf(at))
  return values === undefined || typeof value !== 'string' ? undefined : own(values, value)
}

const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined
