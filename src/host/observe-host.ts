import { execa } from 'execa'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { release } from 'node:os'
import type { KvmState, Observed, Program, ProgramName } from '../plan/observed.ts'
import { printable } from '../errors/printable.ts'
import { findProgram } from './find-program.ts'
import { observeIdMapping } from './observe-id-mapping.ts'

/** How each program is asked for its version; the first number in what it prints counts. */
const VERSION_ARGUMENT: Readonly<Record<ProgramName, string>> = {
  'cloud-hypervisor': '--version',
  'ch-remote': '--version',
  qemu: '--version',
  'qemu-img': '--version',
  'vhost-device-vsock': '--version',
  virtiofsd: '--version',
  passt: '--version',
  mmdebstrap: '--version',
  'mkfs.erofs': '-V',
  setpriv: '--version',
  flock: '--version',
  nix: '--version',
}

/** Debian's passt names no version of its own (`passt --version` prints none): what its help knows tells the oldest it can be. */
const OLDEST_WITH: Partial<Record<ProgramName, { readonly option: string; readonly version: string }>> = {
  passt: { option: '--vhost-user', version: '2024_11_27' },
}

/** A version query that hangs must not hang us. */
const VERSION_TIMEOUT_MS = 10_000

const ALL = Object.keys(VERSION_ARGUMENT) as ProgramName[]

/** What a plan can need. Those for images are left out: asking them (mmdebstrap asks apt, which asks dpkg) takes as long as all else a start does. */
export const PLANNED: readonly ProgramName[] = ALL.filter(
  (name) => !['mmdebstrap', 'mkfs.erofs', 'qemu-img', 'nix'].includes(name),
)

/** Looks at the host: programs and their versions, KVM, kernel. Takes as long as the slowest `--version`, at most `timeoutMs` for each. */
export const observeHost = async (
  env: NodeJS.ProcessEnv,
  names: readonly ProgramName[] = ALL,
  timeoutMs = VERSION_TIMEOUT_MS,
): Promise<Observed> => {
  const found = await Promise.all(
    names.map(async (name): Promise<[ProgramName, Program | undefined]> => {
      const path = findProgram(name, env)
      return [name, path === undefined ? undefined : await askVersion(name, path, timeoutMs)]
    }),
  )
  return {
    arch: process.arch === 'arm64' ? 'aarch64' : 'x86_64',
    kvm: observeKvm(),
    programs: Object.fromEntries(found.filter(([, program]) => program !== undefined)),
    uid: process.getuid?.() ?? 0,
    gid: process.getgid?.() ?? 0,
    idMapping: observeIdMapping(env),
    kernel: release(),
  }
}

const askVersion = async (name: ProgramName, path: string, timeoutMs: number): Promise<Program> => {
  const asked = await ask(path, VERSION_ARGUMENT[name], timeoutMs)
  if (asked.trouble !== undefined) return { path, version: '', numbers: [], trouble: asked.trouble }
  const said = VERSION.exec(asked.output)?.[0] ?? ''
  const oldest = OLDEST_WITH[name]
  const version =
    said === '' &&
    oldest !== undefined &&
    (await ask(path, '--help', timeoutMs)).output.includes(oldest.option)
      ? oldest.version
      : said
  return { path, version, numbers: version.split(/[._]/).filter(Boolean).map(Number) }
}

const VERSION = /\d+(?:\.\d+)+|\d{4}_\d{2}_\d{2}/

type Answer = { readonly output: string; readonly trouble?: string }

/** Exit statuses of the kernel's and the loader's refusals, as shells and ld.so(8) use them. */
const CANNOT_RUN = [126, 127]

const ask = async (path: string, argument: string, timeoutMs: number): Promise<Answer> => {
  // A group of its own: what hangs may be a child of it, which would keep our end of the pipe open.
  const child = execa(path, [argument], { all: true, reject: false, stdin: 'ignore', detached: true })
  let late = false
  const timer = setTimeout(() => {
    late = true
    if (child.pid !== undefined) endGroup(child.pid)
  }, timeoutMs)
  const { all, exitCode, shortMessage, code } = await child
  clearTimeout(timer)
  const command = `"${path} ${argument}"`
  if (late) return { output: '', trouble: `${command} did not end within ${timeoutMs / 1000} s.` }
  if (code !== undefined) return { output: '', trouble: `${command} could not be started: ${shortMessage}` }
  if (exitCode !== undefined && CANNOT_RUN.includes(exitCode))
    return { output: '', trouble: `${command} ended with status ${exitCode}: ${printable(lastLine(all))}` }
  return { output: all }
}

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? ''

const endGroup = (pid: number): void => {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended just now.
  }
}

/**
 * Whether KVM can run an ordinary guest. That /dev/kvm opens is not enough: some hosts offer a KVM without hardware
 * virtualisation behind it (software page tables for prepared kernels); it creates machines and then stops every other
 * guest kernel with "emulation failure". On x86 the CPU flags tell.
 */
export const observeKvm = (): KvmState => {
  if (!existsSync('/dev/kvm'))
    return {
      usable: false,
      because: 'There is no /dev/kvm.',
      fix: 'Switch on virtualisation (VT-x, AMD-V) in the firmware, or nested virtualisation if this host is a virtual machine, and load kvm_intel or kvm_amd.',
    }
  try {
    closeSync(openSync('/dev/kvm', 'r+'))
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    return {
      usable: false,
      because: `/dev/kvm is there but cannot be opened (${code}).`,
      fix:
        code === 'EACCES'
          ? 'Add yourself to its group: "sudo usermod -aG kvm $USER", then log in again.'
          : 'Load the module: "sudo modprobe kvm_intel" or "sudo modprobe kvm_amd".',
    }
  }
  if (process.arch === 'x64' && !/^flags\s*:.*\b(vmx|svm)\b/m.test(readFileSync('/proc/cpuinfo', 'latin1')))
    return {
      usable: false,
      because:
        '/dev/kvm opens, but the CPU has neither vmx nor svm: such a KVM stops ordinary guest kernels with "emulation failure".',
      fix: 'Use a host with hardware virtualisation, or nested virtualisation switched on.',
    }
  return { usable: true }
}
