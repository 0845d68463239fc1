import type { MachineEvent, Recorded } from './event.ts'

/** Kinds this version knows; `satisfies` keeps it complete when a kind is added. */
const KINDS = {
  state: true,
  run: true,
  step: true,
  'vmm-started': true,
  'vmm-booted': true,
  'vmm-exited': true,
  'sidecar-started': true,
  'sidecar-exited': true,
  'guest-hello': true,
  'guest-unit': true,
  'guest-status': true,
  'guest-ready': true,
  'guest-emergency': true,
  'guest-shutdown': true,
  'guest-rebooting': true,
  'guest-panic': true,
  'notify-ignored': true,
  cleaned: true,
  'stop-step': true,
  stopped: true,
  failed: true,
  restarting: true,
  warning: true,
} satisfies Record<MachineEvent['kind'], true>

/** One line of `events.jsonl`, newline included. */
export const encodeLine = (event: Recorded): string => `${JSON.stringify(event)}\n`

/**
 * One line, read leniently: undefined for what is not a whole event (a line torn by a crash or a full disk) and for kinds
 * this version does not know. Extra fields of a newer version are kept.
 */
export const decodeLine = (line: string): Recorded | undefined => {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return undefined
  }
  return isRecorded(value) ? value : undefined
}

/** A whole file, or the part of it there is. */
export const decodeLines = (text: string): Recorded[] =>
  text.split('\n').flatMap((line) => decodeLine(line) ?? [])

const isRecorded = (value: unknown): value is Recorded =>
  typeof value === 'object' &&
  value !== null &&
  'kind' in value &&
  typeof value.kind === 'string' &&
  Object.hasOwn(KINDS, value.kind) &&
  'at' in value &&
  typeof value.at === 'string' &&
  'machine' in value &&
  typeof value.machine === 'string' &&
  'boot' in value &&
  typeof value.boot === 'number'
