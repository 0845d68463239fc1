import { oneLine, printableLines } from '../errors/printable.ts'
import type { MachineEvent, Recorded } from './event.ts'

/** What a field holds. A `word` is one line, a `text` may have several; `?`: it may be missing. */
type Sort = 'word' | 'text' | 'number' | 'boolean' | 'time' | 'word?' | 'text?' | 'number?'

type SortOf<T> = [T] extends [string]
  ? 'word' | 'text'
  : [T] extends [number]
    ? 'number'
    : [T] extends [boolean]
      ? 'boolean'
      : [T] extends [string | undefined]
        ? 'word?' | 'text?'
        : 'number?'

type FieldsOf<E> = { readonly [F in Exclude<keyof E, 'kind'>]: SortOf<E[F]> }

/** Kinds this version knows, and what they say; the type keeps it complete when a kind or a field is added. */
const KINDS: {
  readonly [K in MachineEvent['kind']]: FieldsOf<Extract<MachineEvent, { kind: K }>>
} = {
  run: { pid: 'number', definition: 'word', planHash: 'word' },
  state: { from: 'word', to: 'word', because: 'text' },
  step: { do: 'word', what: 'word' },
  'vmm-started': { hypervisor: 'word', version: 'word', pid: 'number' },
  'vmm-booted': {},
  'vmm-paused': { cause: 'word', because: 'text', device: 'word?' },
  'vmm-resumed': {},
  'vmm-ending': { reason: 'word' },
  'disk-error': { device: 'word', operation: 'word', action: 'word', reason: 'word' },
  'vmm-exited': { code: 'number?', signal: 'word?' },
  'sidecar-started': { name: 'word', pid: 'number' },
  'sidecar-exited': { name: 'word', code: 'number?', signal: 'word?' },
  'guest-hello': { hostname: 'word?', machineId: 'word?' },
  'guest-unit': { unit: 'word', active: 'boolean' },
  'guest-status': { status: 'word' },
  'guest-ready': {},
  'guest-emergency': { unit: 'word' },
  'guest-shutdown': { how: 'word', exitStatus: 'number?' },
  'guest-rebooting': {},
  'guest-panic': {},
  'console-panic': { text: 'text' },
  'guest-watchdog': { action: 'word' },
  'guest-memory': { device: 'word', bytes: 'number' },
  'notify-ignored': { why: 'word' },
  cleaned: { what: 'word' },
  'stop-step': { step: 'word' },
  stopped: { outcome: 'word', because: 'text', exitStatus: 'number?' },
  failed: { code: 'word', message: 'word', because: 'text?', fix: 'text?' },
  restarting: { inMs: 'number', failures: 'number', because: 'text' },
  warning: { message: 'text' },
}

const COMMON = { kind: 'word', at: 'time', machine: 'word', boot: 'number' } as const

/** One line of `events.jsonl`, newline included. */
export const encodeLine = (event: Recorded): string => `${JSON.stringify(event)}\n`

/**
 * One line, read leniently: undefined for what is not a whole event (a line torn by a crash or a full disk) and for kinds
 * this version does not know. Extra fields of a newer version are kept. Every text is made harmless: root reads what users of units write.
 */
export const decodeLine = (line: string): Recorded | undefined => {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const fields = value as { readonly [name: string]: unknown }
  const { kind } = fields
  if (typeof kind !== 'string' || !Object.hasOwn(KINDS, kind)) return undefined
  const sorts: { readonly [name: string]: Sort } = { ...COMMON, ...KINDS[kind as MachineEvent['kind']] }
  if (!Object.entries(sorts).every(([name, sort]) => isOf(sort, fields[name]))) return undefined
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]) => {
      const kept = harmless(field, Object.hasOwn(sorts, name) ? sorts[name] : undefined)
      return kept === undefined || !/^\w+$/.test(name) ? [] : [[name, kept]]
    }),
  ) as Recorded
}

/** A whole file, or the part of it there is. */
export const decodeLines = (text: string): Recorded[] =>
  text.split('\n').flatMap((line) => decodeLine(line) ?? [])

const isOf = (sort: Sort, value: unknown): boolean => {
  if (sort.endsWith('?') && value === undefined) return true
  if (sort.startsWith('number')) return typeof value === 'number' && Number.isFinite(value)
  if (sort === 'boolean') return typeof value === 'boolean'
  return typeof value === 'string' && (sort !== 'time' || !Number.isNaN(Date.parse(value)))
}

/** Undefined for what no field of an event is. */
const harmless = (value: unknown, sort: Sort | undefined): string | number | boolean | null | undefined => {
  if (typeof value === 'string')
    return sort?.startsWith('text') === true ? printableLines(value) : oneLine(value)
  return typeof value === 'number' || typeof value === 'boolean' || value === null ? value : undefined
}
