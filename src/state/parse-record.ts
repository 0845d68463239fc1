import { oneLine, printableLines } from '../errors/printable.ts'
import type { Outcome, State } from '../events/event.ts'
import type { ProcessId } from '../host/proc.ts'
import type { Record } from './record.ts'

/**
 * JSON → record, with every field of its type and every text harmless: the user of a unit writes it, who may be somebody that has broken out of the
 * guest, and root reads it. Fields this version does not know are left out. Hand-written rather than a schema so that `ps` need not load one.
 *
 * @throws Error with what is wrong.
 */
export const parseRecord = (text: string): Record => {
  const value = fieldsOf(JSON.parse(text), 'whole')
  if (value['schema'] !== 1)
    throw new Error(
      typeof value['schema'] === 'number'
        ? `its format is ${value['schema']}, and this microvm knows 1`
        : 'its format is not known',
    )
  const hypervisor = fieldsOf(value['hypervisor'], 'hypervisor')
  return {
    schema: 1,
    machine: word(value, 'machine'),
    definition: word(value, 'definition'),
    planHash: word(value, 'planHash'),
    startedAt: time(value, 'startedAt'),
    supervisor: processOf(value['supervisor'], 'supervisor'),
    vmm: value['vmm'] === null ? null : processOf(value['vmm'], 'vmm'),
    helpers: helpersOf(value['helpers']),
    hypervisor: {
      name: word(hypervisor, 'name'),
      version: word(hypervisor, 'version'),
      accel: oneOf(ACCELS, hypervisor, 'accel'),
    },
    state: oneOf(STATES, value, 'state'),
    since: time(value, 'since'),
    because: lines(value, 'because'),
    guestStatus: value['guestStatus'] === null ? null : word(value, 'guestStatus'),
    readyAfterMs: value['readyAfterMs'] === null ? null : number(value, 'readyAfterMs'),
    boots: number(value, 'boots'),
    outcome: value['outcome'] === null ? null : oneOf(OUTCOMES, value, 'outcome'),
    exitStatus: (value['exitStatus'] ?? null) === null ? null : number(value, 'exitStatus'),
    failure: value['failure'] === null ? null : failureOf(fieldsOf(value['failure'], 'failure')),
    restartAt: (value['restartAt'] ?? null) === null ? null : time(value, 'restartAt'),
    // Records of older versions have none.
    notice: (value['notice'] ?? null) === null ? null : word(value, 'notice'),
    after: words(value, 'after'),
    image: (value['image'] ?? null) === null ? null : word(value, 'image'),
    forwards: words(value, 'forwards'),
    run: word(value, 'run'),
    console: word(value, 'console'),
    vsock: word(value, 'vsock'),
    ports: portsOf(fieldsOf(value['ports'], 'ports')),
  }
}

const STATES: { readonly [S in State]: true } = {
  stopped: true,
  preparing: true,
  starting: true,
  booting: true,
  ready: true,
  emergency: true,
  rebooting: true,
  paused: true,
  stopping: true,
  failed: true,
}
const OUTCOMES: { readonly [O in Outcome]: true } = {
  graceful: true,
  forced: true,
  killed: true,
  crashed: true,
}
const ACCELS: { readonly [A in Record['hypervisor']['accel']]: true } = { kvm: true, tcg: true }

type Fields = { readonly [name: string]: unknown }

const wrong = (name: string): Error => new Error(`its ${name} is missing or of another kind`)

const fieldsOf = (value: unknown, name: string): Fields => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(name)
  return value as Fields
}

const text = (from: Fields, name: string): string => {
  const value = from[name]
  if (typeof value !== 'string') throw wrong(name)
  return value
}

const word = (from: Fields, name: string): string => oneLine(text(from, name))
const lines = (from: Fields, name: string): string => printableLines(text(from, name))

/** A list of texts; empty in records of older versions, which have none. */
const words = (from: Fields, name: string): string[] => {
  const value = from[name] ?? []
  if (!Array.isArray(value) || !value.every((one) => typeof one === 'string')) throw wrong(name)
  return value.map((one) => oneLine(one))
}

const time = (from: Fields, name: string): string => {
  const value = word(from, name)
  if (Number.isNaN(Date.parse(value))) throw wrong(name)
  return value
}

const number = (from: Fields, name: string): number => {
  const value = from[name]
  if (typeof value !== 'number' || !Number.isFinite(value)) throw wrong(name)
  return value
}

const oneOf = <T extends string>(all: { readonly [K in T]: true }, from: Fields, name: string): T => {
  const value = text(from, name)
  if (!Object.hasOwn(all, value)) throw wrong(name)
  return value as T
}

const processOf = (value: unknown, name: string): ProcessId => {
  const from = fieldsOf(value, name)
  const pid = number(from, 'pid')
  // kill(2) takes what is not positive for a group, or for all there is.
  if (!Number.isSafeInteger(pid) || pid < 1) throw wrong('pid')
  return { pid, startTime: word(from, 'startTime') }
}

const helpersOf = (value: unknown): Record['helpers'] => {
  if (!Array.isArray(value)) throw wrong('helpers')
  return value.map((helper: unknown) => ({
    name: word(fieldsOf(helper, 'helpers'), 'name'),
    ...processOf(helper, 'helpers'),
  }))
}

const failureOf = (from: Fields): NonNullable<Record['failure']> => ({
  code: word(from, 'code'),
  message: word(from, 'message'),
  ...(from['because'] === undefined ? {} : { because: lines(from, 'because') }),
  ...(from['fix'] === undefined ? {} : { fix: lines(from, 'fix') }),
})

const portsOf = (from: Fields): Record['ports'] =>
  Object.fromEntries(Object.keys(from).map((name) => [oneLine(name), number(from, name)]))
