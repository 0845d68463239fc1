import type { ProgramName } from './observed.ts'

/** How a person gets each program; the end of every "not installed" message. Debian package names of 2026. */
export const HOW_TO_GET: Readonly<Record<ProgramName, string>> = {
  'cloud-hypervisor':
    'Debian has no package of it: build it from source, or put the static binary of its releases on PATH (or name it in MICROVM_CLOUD_HYPERVISOR).',
  'ch-remote': 'It comes with cloud-hypervisor; put it on PATH too (or name it in MICROVM_CH_REMOTE).',
  qemu: 'apt install qemu-system-x86 (Debian 13 and newer; on Debian 12 from bookworm-backports), or "npm run setup" in a checkout of microvm.',
  'qemu-img': 'apt install qemu-utils.',
  'vhost-device-vsock':
    'Debian package vhost-device-vsock (sid; it runs on Debian 12 and 13 as it is): "npm run setup" in a checkout of microvm installs it.',
  virtiofsd:
    'apt install virtiofsd (Debian 13 and newer), or "npm run setup" in a checkout of microvm (Debian 12, too).',
  passt:
    'apt install passt (Debian 13 and newer), or "npm run setup" in a checkout of microvm (Debian 12, too).',
  mmdebstrap: 'apt install mmdebstrap.',
  'mkfs.erofs': 'apt install erofs-utils.',
  setpriv: 'apt install util-linux.',
  flock: 'apt install util-linux.',
  nix: 'Install Nix, https://nixos.org/download.',
}
