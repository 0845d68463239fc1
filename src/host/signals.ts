export type StopSignals = {
  /** Aborts at the first SIGTERM, SIGINT or SIGHUP. */
  readonly stop: AbortSignal
  /** Aborts at the second: no more patience. */
  readonly escalate: AbortSignal
  /** Name of the first signal, for the exit status and for messages. */
  readonly received: () => NodeJS.Signals | undefined
  readonly release: () => void
}

/** What a command that waits for others catches. */
export type ClientSignals = StopSignals & {
  /** Aborts at the third: this command ends, whatever it waited for. */
  readonly abandon: AbortSignal
}

const NAMES = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const

/** Call before the first child exists: a signal at any later moment is then answered by an orderly stop. */
export const catchSignals = (): ClientSignals => {
  const stop = new AbortController()
  const escalate = new AbortController()
  const abandon = new AbortController()
  let first: NodeJS.Signals | undefined
  const onSignal = (name: NodeJS.Signals): void => {
    if (first === undefined) {
      first = name
      stop.abort()
    } else if (escalate.signal.aborted) abandon.abort()
    else escalate.abort()
  }
  for (const name of NAMES) process.on(name, onSignal)
  return {
    stop: stop.signal,
    escalate: escalate.signal,
    abandon: abandon.signal,
    received: () => first,
    release: () => {
      for (const name of NAMES) process.off(name, onSignal)
    },
  }
}
