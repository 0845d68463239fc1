import { execa } from 'execa'
import type { Readable } from 'node:stream'
import { MicrovmError } from '../errors/microvm-error.ts'
import type { Invocation } from '../invocation/invocation.ts'
import { openDescriptors } from './descriptors.ts'
import { identify, type ProcessId, signal } from './proc.ts'

export type Exit = { readonly code: number | undefined; readonly signal: string | undefined }

/** A process that was started and is watched. */
export type Running = {
  readonly name: string
  readonly id: ProcessId
  readonly stdout: Readable
  readonly stderr: Readable
  /** What it writes to the descriptor of kind `events`. */
  readonly events: Readable | undefined
  /** Settles once, when it has ended; never rejects. */
  readonly exited: Promise<Exit>
  readonly kill: (name: NodeJS.Signals) => boolean
}

export type StartOptions = {
  /** Descriptors of locks that it holds together with us. */
  readonly locks?: readonly number[]
  /**
   * Die with us (PR_SET_PDEATHSIG, by setpriv(1)): a supervisor that is SIGKILLed leaves nothing behind that still writes to a disk.
   * Default: true.
   */
  readonly dieWithParent?: boolean
  /**
   * So do its own children, and so does a program that sheds the death signal by changing its user (prctl(2)): a shell in its process group waits for our
   * end, or for that of the first process, and kills what is left. Only with `dieWithParent`. Default: false.
   */
  readonly guarded?: boolean
}

/**
 * Starts one long-lived process. It gets its own session, so that a Ctrl-C in our terminal does not reach it:
 * cloud-hypervisor and QEMU take SIGINT as "cut the power".
 *
 * @throws MicrovmError PROGRAM_MISSING when it cannot be started at all.
 */
export const startProcess = (invocation: Invocation, options: StartOptions = {}): Running => {
  const { dieWithParent = true, guarded = false } = options
  const { file, args } = dieWithParent ? withParentDeath(invocation, guarded) : invocation
  const eventsFd = invocation.fds.find((entry) => entry.kind === 'events')?.fd
  const descriptors = openDescriptors(invocation, options.locks)
  try {
    const subprocess = execa(file, args, {
      cwd: invocation.cwd,
      env: invocation.env,
      // Nothing is written to the guard: it hears that our end is closed.
      stdio: [guarded ? 'pipe' : 'ignore', 'pipe', 'pipe', ...descriptors.stdio],
      buffer: false,
      reject: false,
      detached: true,
      cleanup: false,
    } as const)
    const child = subprocess.nodeChildProcess
    const id =
      child.pid === undefined ? undefined : (identify(child.pid) ?? { pid: child.pid, startTime: '' })
    if (id === undefined) throw missing(invocation, undefined)
    const exited = subprocess.then(
      (result): Exit => ({ code: result.exitCode, signal: result.signal }),
      (): Exit => ({ code: undefined, signal: undefined }),
    )
    let ended = false
    void exited.then(() => (ended = true))
    return {
      name: invocation.name,
      id,
      stdout: child.stdout as Readable,
      stderr: child.stderr as Readable,
      events: eventsFd === undefined ? undefined : (child.stdio[eventsFd] as Readable),
      exited,
      kill: (name) => {
        // Also where the first process had ended before it could be looked at.
        if (name === 'SIGKILL' && !ended) return killGroup(id)
        return id.startTime === '' ? child.kill(name) : signal(id, name)
      },
    }
  } finally {
    descriptors.close()
  }
}

/** A parent that died before the signal was asked for sends none (prctl(2)), and its child has another parent by then. */
const UNLESS_ORPHANED = '[ "$PPID" = "$0" ] && exec "$@"'

/** The guard keeps stdout and stderr, so that `exited` is open as long as anything is left. */
const GUARDED = `[ "$PPID" = "$0" ] || exit; exec 9<&0; (read -r _ <&9; kill -KILL 0) & exec "$@" 9<&- </dev/null`

/**
 * SIGTERM stays blocked in what we start (env(1), coreutils 8.31): `systemctl kill` and service managers send it to a whole control group, and the
 * guest must get its time all the same. We end our own children with SIGINT. cloud-hypervisor unblocks it for itself, and ends at once.
 */
const withParentDeath = ({ file, args }: Invocation, guarded: boolean) => ({
  file: 'env',
  args: [
    '--block-signal=TERM',
    'setpriv',
    '--pdeathsig',
    'KILL',
    '--',
    'sh',
    '-c',
    guarded ? GUARDED : UNLESS_ORPHANED,
    String(process.pid),
    file,
    ...args,
  ],
})

/**
 * Kills what it left, too: it leads a process group of its own. virtiofsd's sandbox is a second process that outlives the first as
 * long as no guest has connected. To be called only while `exited` is open: some process of the group holds our pipes then.
 */
const killGroup = (id: ProcessId): boolean => {
  try {
    return process.kill(-id.pid, 'SIGKILL')
  } catch {
    return signal(id, 'SIGKILL')
  }
}

const missing = (invocation: Invocation, cause: unknown): MicrovmError =>
  new MicrovmError('PROGRAM_MISSING', `${invocation.name} could not be started.`, {
    because: `${invocation.file} is not there or not executable.`,
    fix: 'Run "microvm doctor": it names what is missing and how to get it.',
    cause,
  })
