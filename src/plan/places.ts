import { join } from 'node:path'

export { SOCKET_PATH_MAX } from '../spec/socket-path.ts'

/** Base directories, found by `host/directories.ts` (root: /run, /var; others: XDG). */
export type Directories = {
  /** Sockets and locks; gone after a reboot of the host. */
  readonly runtime: string
  /** Records, logs, volumes. */
  readonly state: string
  /** Images; may be deleted at any time when nothing runs. */
  readonly cache: string
}

/**
 * Every file and socket that may exist for one machine. Nothing else in the program joins these names.
 * Run directory: mode 0700, removed when the machine has stopped. State directory: mode 0700, kept.
 */
export type Places = ReturnType<typeof placesOf>

export const placesOf = (directories: Directories, name: string) => {
  const run = join(directories.runtime, name)
  const state = join(directories.state, name)
  // Not join(): nothing is left to normalise, and "microvm ps" asks this for every machine there is.
  return {
    run,
    state,
    /**
     * Held (flock) by the supervisor, and by the VMM it started, for their whole lives. In the state directory: what it guards are the volumes there,
     * it is never removed, and a supervisor without privileges can make it (of /run it owns its own directory only).
     */
    lock: `${state}/lock`,
    /** The same for the sockets: held together with `lock`, so that neither directory alone lets a second supervisor in. */
    runLock: `${run}/lock`,
    /** cloud-hypervisor's HTTP API. */
    api: `${run}/api.sock`,
    /** QEMU's QMP monitor. */
    qmp: `${run}/qmp.sock`,
    /** Host end of the guest's vsock; guest-initiated connections to port P go to `<vsock>_P`. */
    vsock: `${run}/vsock.sock`,
    /** Between QEMU and vhost-device-vsock. */
    vhostVsock: `${run}/vhost-vsock.sock`,
    /** The VMM's end of the console; only the supervisor connects to it. */
    consoleVmm: `${run}/console-vmm.sock`,
    /** The supervisor's end: `microvm console` connects here. */
    console: `${run}/console.sock`,
    /** The supervisor itself: `microvm pause` and `resume` ask here. */
    control: `${run}/control.sock`,
    /** Files with credentials, 0600. */
    secrets: `${run}/secrets`,
    /** Socket of a helper: virtiofsd, passt. */
    helper: (helper: string) => `${run}/${helper}.sock`,
    /** Which project the state belongs to; kept with it. */
    owner: `${state}/owner.json`,
    /** What was started; rewritten atomically at each transition. */
    record: `${state}/record.json`,
    /** Events as JSON lines, one file per start; the previous one is kept as `.1`. */
    events: `${state}/events.jsonl`,
    /** Everything the guest wrote to its console in this and the previous run. */
    consoleLog: `${state}/console.log`,
    /** stderr of the VMM and the helpers. */
    vmmLog: `${state}/vmm.log`,
    /** Relative volume images live here. */
    volumes: `${state}/volumes`,
  }
}

/** Port suffixes have at most ten digits, so this is the longest name the vsock device may ever use. */
export const longestSocket = (places: Places): string => `${places.vsock}_4294967294`

/** The socket a guest's connection to CID 2 on `port` arrives at (cloud-hypervisor docs/vsock.md). */
export const vsockPort = (places: Places, port: number): string => `${places.vsock}_${port}`
