/** What is known when a VMM has ended without having been told to. */
export type Ending = {
  readonly code: number | undefined
  readonly signal: string | undefined
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

/**
 * Did the guest power itself off, or did the VMM die? Its exit status does not tell: cloud-hypervisor ends with 0 after
 * an error in a vCPU thread too (its `exit_evt` path), so a guest that announces shutdowns must have announced this one.
 */
export const judgeExit = (ending: Ending): Verdict => {
  const how =
    ending.signal === undefined ? `exit status ${ending.code ?? 'unknown'}` : `signal ${ending.signal}`
  if (ending.panicked) return { kind: 'panicked', because: `The guest kernel panicked (${how}).` }
  if (ending.signal !== undefined || ending.code !== 0)
    return { kind: 'crashed', because: `The hypervisor ended by itself with ${how}.` }
  if (ending.shutdown === undefined && ending.announces)
    return {
      kind: 'crashed',
      because: 'The hypervisor ended with status 0, but the guest had not said that it is shutting down.',
    }
  return {
    kind: 'powered-off',
    exitStatus: ending.shutdown === 'exit' ? (ending.exitStatus ?? 0) : 0,
    because:
      ending.shutdown === undefined
        ? 'The guest powered itself off.'
        : `The guest shut itself down (${ending.shutdown}).`,
  }
}
