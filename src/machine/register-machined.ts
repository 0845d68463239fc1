import { readFileSync } from 'node:fs'
import { MicrovmError } from '../errors/microvm-error.ts'
import { readPlainFile } from '../host/plain-file.ts'
import { runProgram } from '../host/run-program.ts'
import { callVarlink } from '../host/varlink.ts'
import { leaderFile } from './machined-leader.ts'

/** systemd 256 and newer. */
const MACHINED = '/run/systemd/machine/io.systemd.Machine'

const START_MS = 30_000

/** Digits and a newline, with room. */
const PID_MOST = 32

export type Registration = {
  readonly machine: string
  /** Run directory of the machine. */
  readonly run: string
  /** Main process of the unit, as systemd says. */
  readonly mainPid: number
  /** SMBIOS UUID of the machine, which is its machine id for machined. */
  readonly uuid: string
}

/**
 * Makes a machine known to systemd-machined: `machinectl list`, `status`, `terminate` and `poweroff`. As root, from `ExecStartPost=`: a user of a
 * service may not (polkit). machined forgets it when the leader has ended.
 *
 * @throws MicrovmError HOST_PERMISSION when the leader is not of the machine's unit, RECORD_BROKEN when no plain file names it, PROGRAM_FAILED when
 * machined refuses.
 */
export const registerMachined = async ({ machine, run, mainPid, uuid }: Registration): Promise<void> => {
  const leader = leaderOf(machine, run, mainPid)
  // It ends when it has nothing to do, and has a socket that starts it from systemd 258 on only.
  await runProgram('systemctl', ['start', 'systemd-machined.service'], { timeoutMs: START_MS })
  const reply = await callVarlink(MACHINED, 'io.systemd.Machine.Register', {
    name: machine,
    id: uuid.replaceAll('-', ''),
    service: 'microvm',
    class: 'vm',
    leader,
  }).catch((error: unknown) => {
    throw refused(machine, (error as Error).message)
  })
  if (reply.error !== undefined)
    throw refused(machine, `${reply.error} ${JSON.stringify(reply.parameters ?? {})}`)
}

/** The file is the machine's: what it says counts only for a process of the machine's own unit. */
const leaderOf = (machine: string, run: string, mainPid: number): number => {
  const text = readPlainFile(leaderFile(run), PID_MOST) ?? ''
  const pid = /^\d+\n$/.test(text) ? Number(text) : 0
  const group = (of: number): string => readFileSync(`/proc/${of}/cgroup`, 'latin1')
  if (pid > 1 && group(pid) === group(mainPid)) return pid
  throw new MicrovmError('HOST_PERMISSION', `"${machine}" names a leader that is not of its unit.`, {
    machine,
    because: `Process ${pid} is not in the control group of process ${mainPid}.`,
  })
}

const refused = (machine: string, because: string): MicrovmError =>
  new MicrovmError('PROGRAM_FAILED', `systemd-machined did not register "${machine}".`, {
    machine,
    because,
    fix: 'Install systemd-container, or "microvm host install" without --machined.',
  })
