import type { Outcome } from './event.ts'

/** What is known when a VMM has ended. */
export type Ending = {
  readonly code: number | undefined
  readonly signal: string | undefined
  /** Why, as the hypervisor itself reported it (QMP, ShutdownCause); undefined where it does not. The one witness that a guest cannot forge. */
  readonly reason: string | undefined
  /** The guest's last word, X_SYSTEMD_SHUTDOWN=: `poweroff`, `reboot`, `halt`, `exit`, `kexec`; undefined when it said none in this boot. */
  readonly shutdown: string | undefined
  /** EXIT_STATUS= that came with it. */
  readonly exitStatus: number | undefined
  /** Whether the guest's PID 1 announces its shutdown (systemd 256 and newer: it said X_SYSTEMD_… in this boot). */
  readonly announces: boolean
  /** A guest kernel panic was reported. */
  readonly panicked: boolean
}

export type Verdict =
  | { readonly kind: 'powered-off'; readonly exitStatus: number; readonly because: string }
  | { readonly kind: 'panicked'; readonly because: string }
  | { readonly kind: 'crashed'; readonly because: string }

/** Reasons that are the guest's own doing. */
const BY_GUEST: readonly string[] = ['guest-shutdown', 'guest-reset']

/**
 * Did the guest power itself off, or did the VMM end? Its exit status does not tell: QEMU ends with 0 after a SIGTERM, and cloud-hypervisor after
 * an error in a vCPU thread, too. Where the hypervisor reports the cause, that counts. Elsewhere a guest that announces shutdowns must have announced this one.
 */
export const judgeExit = (ending: Ending): Verdict => {
  const { code, signal, reason, shutdown } = ending
  const how = signal === undefined ? `exit status ${code ?? 'unknown'}` : `signal ${signal}`
  if (ending.panicked || reason === 'guest-panic')
    return { kind: 'panicked', because: `The guest kernel panicked (${how}).` }
  if (signal !== undefined || code !== 0)
    return { kind: 'crashed', because: `The hypervisor ended by itself with ${how}.` }
  if (reason !== undefined && !BY_GUEST.includes(reason))
    return { kind: 'crashed', because: `The hypervisor was ended from outside the guest (${reason}).` }
  if (reason === undefined && shutdown === undefined && ending.announces)
    return {
      kind: 'crashed',
      because: 'The hypervisor ended with status 0, but the guest had not said that it is shutting down.',
    }
  return { kind: 'powered-off', exitStatus: exitStatusOf(ending), because: whyOff(ending) }
}

/**
 * The status of `systemctl exit 7`: systemd announces `exit`, and its last program then `poweroff`, both with EXIT_STATUS=7. A plain
 * power-off carries 0. What a reboot carries is not the end of a job.
 */
const exitStatusOf = ({ shutdown, exitStatus }: Ending): number =>
  shutdown === 'reboot' || shutdown === 'kexec' ? 0 : (exitStatus ?? 0)

const whyOff = (ending: Ending): string => {
  if (ending.shutdown === undefined) return 'The guest powered itself off.'
  const status = exitStatusOf(ending)
  return `The guest shut itself down (${ending.shutdown}${status === 0 ? '' : `, exit status ${status}`}).`
}

/**
 * How a stop ended in which the hypervisor went while its guest still had time (`graceful`, as far as it looks). A shutdown that the guest did not
 * make itself was a power cut, whoever asked for a stop and whatever a process of the guest has said.
 *
 * @param leaving the guest has said that it shuts down, which only counts where nothing better is known.
 */
export const judgeStop = (
  ending: Pick<Ending, 'code' | 'signal' | 'reason' | 'announces'>,
  leaving: boolean,
): Outcome => {
  const { code, signal, reason, announces } = ending
  if (signal !== undefined) return signal === 'SIGKILL' ? 'killed' : 'forced'
  if (code !== 0) return 'crashed'
  if (reason !== undefined) return BY_GUEST.includes(reason) ? 'graceful' : 'forced'
  return announces && !leaving ? 'forced' : 'graceful'
}
