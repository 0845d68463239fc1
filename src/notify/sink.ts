import { sanitiseStatus } from '../events/sanitise-status.ts'
import { sendTo } from './sink-send.ts'
import { type SinkTarget, takeSinkTarget } from './sink-target.ts'

export type SinkOptions = {
  /** Usually `process.env`: loses `NOTIFY_SOCKET` and `LISTEN_*`, so that no child inherits them. */
  readonly env: NodeJS.ProcessEnv
  readonly pid: number
  /** Called at most once, with a sentence: the host's systemd cannot be told any more. The machine runs on. */
  readonly onTrouble: (why: string) => void
}

/** Tells the host's systemd how the machine does. Nothing here throws or has to be waited for. */
export type Sink = {
  readonly kind: SinkTarget['kind']
  /** One message of sd_notify(3) fields. Newlines in values become spaces. */
  readonly send: (fields: Readonly<Record<string, string | number>>) => void
  /** `READY=1`; a status that was waiting is replaced by this one. */
  readonly ready: (status: string) => void
  /** `STATUS=`, at most one a second: each becomes a D-Bus signal of PID 1. The latest wins and is not lost. */
  readonly status: (status: string) => void
  /** `EXTEND_TIMEOUT_USEC=`: the unit's start or stop may take at least this much longer from now. It never shortens. */
  readonly extendTimeout: (ms: number) => void
  /** `STOPPING=1`. */
  readonly stopping: (status: string) => void
  /** Sends a status that waits, and resolves when everything is sent. */
  readonly flush: () => Promise<void>
}

const STATUS_EVERY_MS = 1_000

/** @see SinkTarget for the ways there are. Without a service manager every call does nothing. */
export const openSink = ({ env, pid, onTrouble }: SinkOptions): Sink => {
  const target = takeSinkTarget(env, pid)
  let last = Promise.resolve()
  let troubled = false
  let statusAt = -Infinity
  let waiting: string | undefined
  let timer: NodeJS.Timeout | undefined

  const send: Sink['send'] = (fields) => {
    if (target.kind === 'none') return
    const lines = Object.entries(fields).map(
      ([key, value]) => `${key}=${String(value).replaceAll('\n', ' ')}`,
    )
    // One after the other: two processes of systemd-notify would race.
    last = last.then(async () => {
      const trouble = await sendTo(target, lines)
      if (trouble === undefined || troubled) return
      troubled = true
      onTrouble(`The service manager of this host could not be told: ${trouble}`)
    })
  }

  const sendNow = (fields: Readonly<Record<string, string | number>>, status: string): void => {
    clearTimeout(timer)
    timer = undefined
    waiting = undefined
    statusAt = performance.now()
    send({ ...fields, STATUS: sanitiseStatus(status) })
  }

  const sendWaiting = (): void => {
    if (waiting !== undefined) sendNow({}, waiting)
  }

  return {
    kind: target.kind,
    send,
    ready: (status) => sendNow({ READY: 1 }, status),
    status: (status) => {
      if (target.kind === 'none') return
      waiting = status
      const pause = statusAt + STATUS_EVERY_MS - performance.now()
      if (pause <= 0) sendWaiting()
      else timer ??= setTimeout(sendWaiting, pause).unref()
    },
    extendTimeout: (ms) => send({ EXTEND_TIMEOUT_USEC: Math.round(ms * 1000) }),
    stopping: (status) => sendNow({ STOPPING: 1 }, status),
    flush: () => {
      sendWaiting()
      return last
    },
  }
}
