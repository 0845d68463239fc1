import type { ReadySpec } from '../spec/machine-spec.ts'
import { type BootFacts, FRESH_BOOT, learn, startsBoot } from './boot-facts.ts'
import type { MachineEvent } from './event.ts'
import type { GuestNotice } from './guest-notice.ts'
import { statusKey } from './status-key.ts'

export type ReadinessPolicy = {
  readonly ready: ReadySpec
  /** Version of systemd in the guest, where the image says it. From 256 on a READY=1 alone is not believed. */
  readonly systemd: number | undefined
}

/** Whether the machine counts as started, and why (not). A value; `observeGuest` gives the next one. */
export type Readiness = {
  readonly policy: ReadinessPolicy
  readonly verdict: 'waiting' | 'ready' | 'emergency'
  readonly facts: BootFacts
  /** The VMM reset the machine, and the guest has not spoken since. */
  readonly resetting: boolean
  /** The last status, without what changes by itself in it. */
  readonly statusKey: string
}

/**
 * What moves readiness: what the guest says, and what the VMM says about the machine. Record the events of the step, not the VMM's own:
 * a reboot that the guest announced and the VMM performed is one reboot.
 */
export type ReadinessInput = GuestNotice | { readonly kind: 'vmm-booted' } | { readonly kind: 'vmm-reset' }

type Step = { readonly readiness: Readiness; readonly events: readonly MachineEvent[] }

export const newReadiness = (policy: ReadinessPolicy): Readiness => ({
  policy,
  verdict: 'waiting',
  facts: FRESH_BOOT,
  resetting: false,
  statusKey: '',
})

/**
 * One step. `guest-ready` comes at most once per boot and per stay in emergency mode, and means that the *policy* holds:
 * READY=1 alone says only that PID 1's job queue is empty, which is so in emergency mode as well (systemd's
 * `manager_check_finished`), so "system" also wants basic.target and no emergency or rescue target.
 */
export const observeGuest = (before: Readiness, input: ReadinessInput): Step => {
  if (input.kind === 'vmm-booted') return settle(before, before, [{ kind: 'vmm-booted' }], true)
  if (input.kind === 'vmm-reset') return reset(before, true)
  if (!startsBoot(before.facts, input)) return hear(before, input)
  const anew = reset(before, false)
  const heard = hear(anew.readiness, input)
  return { readiness: heard.readiness, events: [...anew.events, ...heard.events] }
}

const reset = (before: Readiness, byVmm: boolean): Step => {
  // QEMU reports one reboot of a q35 machine as two RESET events (seen with 10.0). Where nothing is expected of the guest, nothing tells them apart.
  if (byVmm && before.resetting && before.policy.ready.kind !== 'process')
    return { readiness: before, events: [] }
  return settle(
    before,
    { ...newReadiness(before.policy), resetting: byVmm },
    // Said already when the guest announced it.
    before.facts.leaving === 'reboot' ? [] : [{ kind: 'guest-rebooting' }],
    byVmm,
  )
}

const hear = (before: Readiness, notice: GuestNotice): Step => {
  const wanted = before.policy.ready.kind === 'target' ? before.policy.ready.unit : undefined
  const facts = learn(before.facts, notice, wanted)
  const key = notice.kind === 'status' ? statusKey(notice.status) : before.statusKey
  const events = [...hello(before.facts, facts), ...tell(before, facts, notice, key)]
  return settle(before, { ...before, facts, resetting: false, statusKey: key }, events, false)
}

/** The first word of a boot, and again with each part of its identity. */
const hello = (before: BootFacts, { hostname, machineId, spoke }: BootFacts): MachineEvent[] =>
  spoke === before.spoke && hostname === before.hostname && machineId === before.machineId
    ? []
    : [
        {
          kind: 'guest-hello',
          ...(hostname === undefined ? {} : { hostname }),
          ...(machineId === undefined ? {} : { machineId }),
        },
      ]

const tell = (before: Readiness, facts: BootFacts, notice: GuestNotice, key: string): MachineEvent[] => {
  const events: MachineEvent[] = []
  if (notice.kind === 'unit') events.push({ kind: 'guest-unit', unit: notice.unit, active: notice.active })
  if (notice.kind === 'status' && key !== before.statusKey)
    events.push({ kind: 'guest-status', status: notice.status })
  if (notice.kind === 'ready' && before.facts.emergency !== undefined)
    events.push({ kind: 'notify-ignored', why: `READY=1 while in ${before.facts.emergency}` })
  const leaves = facts.leaving !== before.facts.leaving
  if (leaves && facts.leaving === 'reboot') events.push({ kind: 'guest-rebooting' })
  if (notice.kind === 'shutdown') {
    const { how, exitStatus } = notice
    events.push({ kind: 'guest-shutdown', how, ...(exitStatus === undefined ? {} : { exitStatus }) })
  } else if (leaves && facts.leaving === 'poweroff' && notice.kind === 'unit')
    events.push({ kind: 'guest-shutdown', how: notice.unit.replace(/\.target$/, '') })
  return events
}

/** Compares the verdict before with what the facts now say, and tells the difference. */
const settle = (
  before: Readiness,
  now: Readiness,
  events: readonly MachineEvent[],
  vmmRuns: boolean,
): Step => {
  const { facts, policy } = now
  if (facts.leaving !== undefined) return { readiness: { ...now, verdict: 'waiting' }, events }
  if (facts.emergency !== undefined) {
    const news: MachineEvent[] =
      facts.emergency === before.facts.emergency ? [] : [{ kind: 'guest-emergency', unit: facts.emergency }]
    return { readiness: { ...now, verdict: 'emergency' }, events: [...events, ...news] }
  }
  // Once ready, a boot stays ready: a target that stops later is news, not a change of readiness.
  if (now.verdict === 'ready') return { readiness: now, events }
  if (!holds(policy, facts, vmmRuns)) return { readiness: { ...now, verdict: 'waiting' }, events }
  return { readiness: { ...now, verdict: 'ready' }, events: [...events, { kind: 'guest-ready' }] }
}

const holds = ({ ready, systemd }: ReadinessPolicy, facts: BootFacts, vmmRuns: boolean): boolean => {
  switch (ready.kind) {
    case 'process':
      return vmmRuns || facts.spoke
    case 'booted':
      // The signals level alone may come from an initrd.
      return facts.beyondInitrd || (facts.spoke && !facts.modern)
    case 'target':
      return facts.wanted
    case 'system':
      if (facts.modern) return facts.basic && (facts.readySaid || (facts.recovering && facts.multiUser))
      return facts.readySaid && (systemd === undefined || systemd < 256)
  }
}

/**
 * PID 1 has said that its jobs are done, and what the policy waits for is not there: nothing that belongs to the boot can bring it any more. A target may
 * become active a moment after READY=1, so the caller gives it time.
 */
export const isHopeless = ({ policy, verdict, facts }: Readiness): boolean =>
  verdict === 'waiting' &&
  (policy.ready.kind === 'target' || policy.ready.kind === 'system') &&
  facts.modern &&
  facts.readySaid &&
  facts.leaving === undefined &&
  facts.emergency === undefined

/** What is still missing, one sentence for the explanation of a start timeout. */
export const whatIsMissing = ({ policy, facts }: Readiness): string => {
  if (policy.ready.kind === 'process') return 'The hypervisor did not report that the machine runs.'
  if (!facts.spoke) return 'The guest sent no notification: not even its PID 1 has spoken.'
  if (facts.leaving === 'reboot') return 'The guest is rebooting.'
  if (facts.leaving === 'poweroff') return 'The guest is shutting down.'
  if (facts.emergency === 'initrd') return 'The guest waits in the emergency shell of its initrd.'
  if (facts.emergency !== undefined) return `The guest is in emergency mode (${facts.emergency} is active).`
  if (policy.ready.kind === 'target')
    return facts.modern
      ? `${policy.ready.unit} has not become active.`
      : `${policy.ready.unit} cannot be seen: systemd tells of its targets from version 256 on.`
  if (policy.ready.kind === 'booted' || !facts.beyondInitrd)
    return 'Only the PID 1 of an initrd has spoken so far.'
  if (!facts.basic) return 'basic.target has not become active.'
  return 'READY=1 did not come: PID 1 still has jobs to finish.'
}
