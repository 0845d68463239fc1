import { readFileSync } from 'node:fs'

/** A process that cannot be mistaken for a later one with the same pid. */
export type ProcessId = {
  readonly pid: number
  /**
   * Field 22 of /proc/PID/stat, clock ticks since boot (proc_pid_stat(5)), and the boot they count from: a host that boots the same
   * way each time may well give the same pid at the same tick to another process.
   */
  readonly startTime: string
}

/** Fields of /proc/PID/stat from the third (the state) on. @throws Error when there is no such process. */
const statOf = (pid: number): string[] => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  // The command name may hold anything, so fields are counted from the last parenthesis.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

/** Start time of a live process; undefined when there is none of that pid, or only its zombie. */
export const startTimeOf = (pid: number): string | undefined => {
  try {
    const fields = statOf(pid)
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : `${fields[19]}@${bootId()}`
  } catch {
    return undefined
  }
}

let boot: string | undefined
const bootId = (): string =>
  (boot ??= readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim().slice(0, 8))

export const identify = (pid: number): ProcessId | undefined => {
  const startTime = startTimeOf(pid)
  return startTime === undefined ? undefined : { pid, startTime }
}

/** Whether exactly that process still runs. */
export const isAlive = (id: ProcessId): boolean => startTimeOf(id.pid) === id.startTime

/** Whether exactly that process was stopped by a signal (SIGSTOP, SIGTSTP …), or is being traced. */
export const isStopped = (id: ProcessId): boolean => {
  if (!isAlive(id)) return false
  try {
    return ['T', 't'].includes(statOf(id.pid)[0] ?? '')
  } catch {
    return false
  }
}

/** Signals exactly that process; false when it is gone already. */
export const signal = (id: ProcessId, name: NodeJS.Signals): boolean => {
  if (!isAlive(id)) return false
  try {
    return process.kill(id.pid, name)
  } catch {
    return false
  }
}
