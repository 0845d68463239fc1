import { existsSync, readFileSync } from 'node:fs'
import { findProgram } from '../../src/host/find-program.ts'
import { findOnPath } from '../../src/host/find-on-path.ts'
import { observeHost } from '../../src/host/observe-host.ts'
import type { Observed, ProgramName } from '../../src/plan/observed.ts'

/** Something `npm start` and `npm test` use. */
export type Need = {
  readonly what: string
  readonly why: string
  /** Debian package it comes in. */
  readonly package: string
  /** Suites beside the host's own where a good enough version may be, in order. */
  readonly elsewhere: readonly ('backports' | 'sid')[]
  /** Oldest version that will do, in Debian's spelling; undefined: any. */
  readonly atLeast: string | undefined
  /** Where no suite of the host has it: Debian 13's, beside the system with the libraries it was linked to (`beside.ts`). */
  readonly beside?: { readonly program: string; readonly libraries: readonly string[] }
  /** Without it nothing works, so set-up fails. */
  readonly essential: boolean
  /** undefined when it is there, else what is wrong with it. */
  readonly lacks: (host: Observed) => string | undefined
}

const program = (name: ProgramName) => () =>
  findProgram(name, process.env) === undefined ? 'not installed' : undefined

/** mkfs and its like lie in directories that are not on everybody's PATH. */
const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`

const command = (name: string) => () =>
  findOnPath(name, { PATH }) === undefined ? 'not installed' : undefined

/** Before 8.2 its emulation makes Linux 6.12 panic at random (seen with 7.2). */
const QEMU_MIN = [8, 2]

const qemuLacks = ({ programs: { qemu } }: Observed): string | undefined => {
  if (qemu === undefined) return 'not installed'
  const [major = 0, minor = 0] = qemu.numbers
  const old = major < 8 || (major === QEMU_MIN[0] && minor < (QEMU_MIN[1] ?? 0))
  return old ? `version ${qemu.version} is too old` : undefined
}

const debianKeys = (): string | undefined =>
  ['pgp', 'gpg'].some((ending) => existsSync(`/usr/share/keyrings/debian-archive-keyring.${ending}`))
    ? undefined
    : 'not installed'

/** passt speaks vhost-user since its release of 2024-11-27; Debian 12 has one of 2023. */
const passtLacks = ({ programs: { passt } }: Observed): string | undefined => {
  if (passt === undefined) return 'not installed'
  return (passt.numbers[0] ?? 0) < 2024 ? 'too old: it does not speak vhost-user' : undefined
}

const ANY = { elsewhere: [], atLeast: undefined } as const

export const NEEDS: readonly Need[] = [
  {
    what: 'QEMU 8.2 or newer',
    why: 'runs machines where there is no KVM',
    package: process.arch === 'arm64' ? 'qemu-system-arm' : 'qemu-system-x86',
    elsewhere: ['backports'],
    atLeast: '1:8.2',
    essential: true,
    lacks: qemuLacks,
  },
  {
    what: 'vhost-device-vsock',
    why: "carries the guest's READY=1 to the host under QEMU",
    package: 'vhost-device-vsock',
    elsewhere: ['sid'],
    atLeast: undefined,
    essential: true,
    lacks: program('vhost-device-vsock'),
  },
  {
    what: 'mmdebstrap',
    why: 'builds guest images',
    package: 'mmdebstrap',
    ...ANY,
    essential: true,
    lacks: program('mmdebstrap'),
  },
  {
    what: 'mkfs.erofs',
    why: 'packs guest images',
    package: 'erofs-utils',
    ...ANY,
    essential: true,
    lacks: program('mkfs.erofs'),
  },
  {
    what: "Debian's signing keys",
    why: 'guest images are built from signed packages',
    package: 'debian-archive-keyring',
    ...ANY,
    essential: true,
    lacks: debianKeys,
  },
  {
    what: 'setpriv',
    why: 'ends helpers together with their supervisor',
    package: 'util-linux',
    ...ANY,
    essential: true,
    lacks: program('setpriv'),
  },
  {
    what: 'flock',
    why: 'keeps two supervisors apart',
    package: 'util-linux',
    ...ANY,
    essential: true,
    lacks: program('flock'),
  },
  {
    what: 'newuidmap',
    why: 'builds guest images, and keeps owners in shares, without being root',
    package: 'uidmap',
    ...ANY,
    essential: true,
    lacks: command('newuidmap'),
  },
  {
    what: 'qemu-img',
    why: 'creates qcow2 volumes',
    package: 'qemu-utils',
    elsewhere: ['backports'],
    atLeast: undefined,
    essential: false,
    lacks: program('qemu-img'),
  },
  {
    what: 'virtiofsd',
    why: 'serves shares',
    package: 'virtiofsd',
    ...ANY,
    beside: {
      program: 'usr/libexec/virtiofsd',
      libraries: ['libc6', 'libgcc-s1', 'libcap-ng0', 'libseccomp2'],
    },
    essential: false,
    lacks: program('virtiofsd'),
  },
  {
    what: 'passt',
    why: 'serves interfaces of type "user" under cloud-hypervisor',
    package: 'passt',
    elsewhere: [],
    atLeast: '0.0~git20241127',
    beside: { program: 'usr/bin/passt', libraries: ['libc6'] },
    essential: false,
    lacks: passtLacks,
  },
  {
    what: 'mkfs.ext4',
    why: 'creates volumes',
    package: 'e2fsprogs',
    ...ANY,
    essential: false,
    lacks: command('mkfs.ext4'),
  },
  {
    what: 'systemd-nspawn',
    why: 'tests microvm@ units on a real systemd host',
    package: 'systemd-container',
    ...ANY,
    essential: false,
    lacks: command('systemd-nspawn'),
  },
  {
    what: 'socat',
    why: 'is what the benchmarks compare with',
    package: 'socat',
    ...ANY,
    essential: false,
    lacks: command('socat'),
  },
]

export type Lacking = Need & { readonly state: string }

export const findLacking = async (): Promise<Lacking[]> => {
  const host = await observeHost(process.env, ['qemu', 'passt'])
  return NEEDS.flatMap((need) => {
    const state = need.lacks(host)
    return state === undefined ? [] : [{ ...need, state }]
  })
}

/** Name of the host's Debian release, e.g. "bookworm"; empty where it says none. */
export const hostCodename = (): string =>
  /^VERSION_CODENAME="?([a-z]+)"?$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? ''
