import { type GuestNotice, SHUTDOWN_KINDS } from './guest-notice.ts'
import { sanitiseStatus } from './sanitise-status.ts'

/** Longest notify message, in bytes; systemd drops longer ones as well (NOTIFY_BUFFER_MAX = PIPE_BUF). */
export const MESSAGE_MAX = 4096

/** Most fields of a message that is heeded: PID 1 sends three at most, and each may become an event on the host's disk. */
const FIELDS_MAX = 32

export type NotifyMessage = {
  /** What the message says, in its own order. */
  readonly notices: readonly GuestNotice[]
  /** What was refused, and why; one sentence each, safe to show. */
  readonly ignored: readonly string[]
  /** Well-formed fields that mean nothing to us: newer systemd, or services of the guest. */
  readonly unknown: readonly string[]
}

type Field = { readonly key: string; readonly value: string }

/** These act on a unit of the *host* when they reach its systemd (sd_notify(3)). A guest has no business there. */
const FORBIDDEN =
  /^(?:MAINPID|MAINPIDFD|MAINPIDFDID|NOTIFYACCESS|FDSTORE|FDSTOREREMOVE|FDNAME|FDPOLL|STOPPING|WATCHDOG|WATCHDOG_USEC|EXTEND_TIMEOUT_USEC|RESTART_RESET|BARRIER|ERRNO|BUSERROR|VARLINKERROR)$/

/** Unit names as systemd allows them (systemd.unit(5)). */
const UNIT = /^[A-Za-z0-9:_.\\@-]{1,250}\.(?:target|service|socket|mount|timer|path|slice|scope|swap|device)$/
const HOSTNAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$/

/** Reads one message: the bytes of one connection. Never throws; whatever is not understood is named in `ignored`. */
export const parseNotifyMessage = (bytes: Uint8Array): NotifyMessage => {
  if (bytes.length === 0) return refuse('an empty message')
  if (bytes.length > MESSAGE_MAX) return refuse(`a message of more than ${MESSAGE_MAX} bytes`)
  if (bytes.includes(0)) return refuse('a message with a NUL byte')
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return refuse('a message that is not UTF-8')
  }
  const read = fieldsOf(text)
  return read.fields.length > FIELDS_MAX
    ? refuse(`a message of more than ${FIELDS_MAX} fields`)
    : readFields(read)
}

const refuse = (why: string): NotifyMessage => ({ notices: [], ignored: [why], unknown: [] })

const fieldsOf = (text: string): { fields: Field[]; torn: number } => {
  const lines = text.split('\n').filter((line) => line !== '')
  const fields = lines.flatMap((line): Field[] => {
    const at = line.indexOf('=')
    return at > 0 && /^[A-Za-z0-9_]+$/.test(line.slice(0, at))
      ? [{ key: line.slice(0, at), value: line.slice(at + 1) }]
      : []
  })
  return { fields, torn: lines.length - fields.length }
}

const readFields = ({ fields, torn }: { fields: Field[]; torn: number }): NotifyMessage => {
  const notices: GuestNotice[] = []
  const ignored: string[] = torn === 0 ? [] : ['a line that is not KEY=VALUE']
  const unknown: string[] = []
  const exitStatus = numberIn(fields.find(({ key }) => key === 'EXIT_STATUS')?.value, 255)
  const hasShutdown = fields.some(({ key }) => key === 'X_SYSTEMD_SHUTDOWN')
  for (const { key, value } of fields) {
    if (FORBIDDEN.test(key)) {
      ignored.push(`${key}=, which would act on the host's unit`)
      continue
    }
    const read = READERS[key]
    if (read === undefined) {
      unknown.push(`${key.slice(0, 64)}=${sanitiseStatus(value)}`)
      continue
    }
    // EXIT_STATUS belongs to the shutdown it comes with, and stands alone only without one.
    if (key === 'EXIT_STATUS' && hasShutdown && exitStatus !== undefined) continue
    const notice = read(value, exitStatus)
    if (notice === undefined) ignored.push(`${key}= with a value that makes no sense`)
    else notices.push(notice)
  }
  return { notices, ignored: [...new Set(ignored)], unknown }
}

type Reader = (value: string, exitStatus: number | undefined) => GuestNotice | undefined

/** The allow-list. Keys are looked up as own properties: it has no prototype. */
const READERS: Readonly<Record<string, Reader>> = Object.assign(
  Object.create(null) as Record<string, Reader>,
  {
    READY: (value) => (value === '1' ? { kind: 'ready' } : undefined),
    RELOADING: (value) => (value === '1' ? { kind: 'reloading' } : undefined),
    STATUS: (value) => ({ kind: 'status', status: sanitiseStatus(value) }),
    X_SYSTEMD_HOSTNAME: (value) => (HOSTNAME.test(value) ? { kind: 'hostname', hostname: value } : undefined),
    X_SYSTEMD_MACHINE_ID: (value) =>
      /^[0-9a-f]{32}$/.test(value) ? { kind: 'machine-id', machineId: value } : undefined,
    X_SYSTEMD_SIGNALS_LEVEL: (value) => {
      const level = numberIn(value, 1000)
      return level === undefined ? undefined : { kind: 'signals-level', level }
    },
    X_SYSTEMD_UNIT_ACTIVE: (value) => unit(value, true),
    X_SYSTEMD_UNIT_INACTIVE: (value) => unit(value, false),
    X_SYSTEMD_SHUTDOWN: (value, exitStatus) => {
      const how = SHUTDOWN_KINDS.find((kind) => kind === value)
      return how === undefined ? undefined : { kind: 'shutdown', how, exitStatus }
    },
    EXIT_STATUS: (_value, exitStatus) =>
      exitStatus === undefined ? undefined : { kind: 'exit-status', exitStatus },
  } satisfies Record<string, Reader>,
)

const unit = (name: string, active: boolean): GuestNotice | undefined =>
  UNIT.test(name) ? { kind: 'unit', unit: name, active } : undefined

const numberIn = (text: string | undefined, max: number): number | undefined =>
  text !== undefined && /^\d{1,9}$/.test(text) && Number(text) <= max ? Number(text) : undefined
