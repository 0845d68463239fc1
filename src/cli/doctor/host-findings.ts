import { accessSync, closeSync, constants, existsSync, openSync, readFileSync, statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { KvmState, Observed } from '../../plan/observed.ts'
import type { Directories } from '../../plan/places.ts'
import type { Finding } from '../../report/findings.ts'

const ok = (what: string, found: string): Finding => ({ what, state: 'ok', found, cost: '', fix: '' })

export const kvmFinding = (kvm: KvmState): Finding =>
  kvm.usable
    ? ok('KVM', '/dev/kvm')
    : {
        what: 'KVM',
        state: existsSync('/dev/kvm') ? 'not usable' : 'missing',
        found: kvm.because,
        cost: 'machines run on QEMU with an emulated CPU, several times slower',
        fix: kvm.fix,
      }

export const tunFinding = (): Finding => {
  const details = { what: '/dev/net/tun', cost: 'no interfaces of type "tap"' }
  if (!existsSync('/dev/net/tun'))
    return { ...details, state: 'missing', found: '', fix: 'Load the module: sudo modprobe tun' }
  try {
    closeSync(openSync('/dev/net/tun', 'r+'))
    return ok('/dev/net/tun', '')
  } catch (error) {
    return {
      ...details,
      state: 'not usable',
      found: (error as NodeJS.ErrnoException).code ?? '',
      fix: 'Run as root, or give yourself access to the device.',
    }
  }
}

/** Debian's switch, the kernel's limit and Ubuntu's AppArmor restriction; each can forbid them. `sysctls`: where the kernel shows them. */
export const userNamespaceFinding = (uid: number, sysctls = '/proc/sys'): Finding => {
  const what = 'unprivileged user namespaces'
  const closed = [
    {
      file: `${sysctls}/kernel/unprivileged_userns_clone`,
      value: '0',
      set: 'kernel.unprivileged_userns_clone=1',
    },
    { file: `${sysctls}/user/max_user_namespaces`, value: '0', set: 'user.max_user_namespaces=15000' },
    {
      file: `${sysctls}/kernel/apparmor_restrict_unprivileged_userns`,
      value: '1',
      set: 'kernel.apparmor_restrict_unprivileged_userns=0',
    },
  ].find(({ file, value }) => readIfThere(file) === value)
  if (closed === undefined) return ok(what, '')
  return {
    what,
    state: uid === 0 ? 'ok' : 'not usable',
    found: uid === 0 ? 'switched off; root does not need them' : `${closed.file} is ${closed.value}`,
    cost: 'Debian images are built by root only, and no shares: virtiofsd walls itself in by one',
    fix: `sudo sysctl -w ${closed.set}; for a share whose guest you trust, extraArgs = ["--sandbox=none"] does without.`,
  }
}

export const idMappingFinding = ({ uid, idMapping }: Observed): Finding => {
  const what = 'subordinate ids'
  if (uid === 0 || idMapping.usable) return ok(what, uid === 0 ? 'root does not need them' : '')
  return {
    what,
    state: 'missing',
    found: idMapping.because,
    cost: 'shares do not keep owners, and Debian images are built by root only',
    fix: idMapping.fix,
  }
}

/** At least this much is free for an image and its build. */
const BYTES_FOR_A_BUILD = 2 * 2 ** 30

export const directoryFindings = (directories: Directories): Finding[] =>
  Object.entries(directories).flatMap(([name, path]) => {
    const existing = nearestExisting(path)
    const what = `${name} directory`
    try {
      accessSync(existing, constants.W_OK | constants.X_OK)
    } catch (error) {
      const cost = 'no machines: there is nowhere to keep their files'
      const fix = `Give yourself access to it, or set MICROVM_${name.toUpperCase()}_DIR to another.`
      return [
        {
          what,
          state: 'not usable',
          found: `${path}: ${(error as Error).message}`,
          cost,
          fix,
        } satisfies Finding,
      ]
    }
    const { bavail, bsize } = statfsSync(existing)
    const free = bavail * bsize
    const found = `${path}  ${(free / 2 ** 30).toFixed(1)} GiB free`
    if (name === 'runtime' || free >= BYTES_FOR_A_BUILD) return [ok(what, found)]
    return [
      {
        what,
        state: 'not usable',
        found,
        cost: 'builds of images and new volumes may run out of space',
        fix: `Free some, or set MICROVM_${name.toUpperCase()}_DIR to another file system; "microvm image prune" removes unused images.`,
      },
    ]
  })

export const systemdFinding = (): Finding =>
  existsSync('/run/systemd/system')
    ? ok('systemd', 'runs this host')
    : {
        what: 'systemd',
        state: 'missing',
        found: 'this host was not started by it',
        cost: 'no microvm@NAME.service; "microvm up" works all the same',
        fix: 'Nothing to do unless machines shall start with the host.',
      }

const nearestExisting = (path: string): string =>
  existsSync(path) || path === '/' ? path : nearestExisting(dirname(path))

const readIfThere = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return undefined
  }
}
