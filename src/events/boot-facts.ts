import type { GuestNotice } from './guest-notice.ts'

/** What is known of the boot that is under way. Bounded whatever a guest sends: names of targets are not collected. */
export type BootFacts = {
  /** PID 1 said anything at all. */
  readonly spoke: boolean
  /** A `X_SYSTEMD_*` field was seen: systemd 256 or newer. */
  readonly modern: boolean
  /** Something came that an initrd's PID 1 never sends: host name, machine id, a target. */
  readonly beyondInitrd: boolean
  readonly hostname: string | undefined
  readonly machineId: string | undefined
  readonly readySaid: boolean
  readonly basic: boolean
  /** multi-user.target, or graphical.target on top of it, is active. */
  readonly multiUser: boolean
  /** The target of the policy `target:NAME` is active. */
  readonly wanted: boolean
  /** emergency.target, rescue.target, or `initrd`; undefined in normal operation. */
  readonly emergency: string | undefined
  /** It was in emergency mode earlier in this boot. PID 1 does not repeat a READY=1 it has said there. */
  readonly recovering: boolean
  /** What the guest is about to do; nothing it says then makes it ready. */
  readonly leaving: 'reboot' | 'poweroff' | undefined
}

export const FRESH_BOOT: BootFacts = {
  spoke: false,
  modern: false,
  beyondInitrd: false,
  hostname: undefined,
  machineId: undefined,
  readySaid: false,
  basic: false,
  multiUser: false,
  wanted: false,
  emergency: undefined,
  recovering: false,
  leaving: undefined,
}

/**
 * Whether this notice can only come from a PID 1 that started anew. PID 1 says its host name and its machine id once per boot, and again
 * after kexec, switch-root and soft-reboot, but not after `daemon-reexec`; the signals level comes after that too, so it
 * counts only when the guest said before that it was going to reboot.
 */
export const startsBoot = (facts: BootFacts, notice: GuestNotice): boolean => {
  if (notice.kind === 'hostname') return facts.hostname !== undefined || facts.leaving !== undefined
  if (notice.kind === 'machine-id') return facts.machineId !== undefined || facts.leaving !== undefined
  return notice.kind === 'signals-level' && facts.leaving === 'reboot'
}

const EMERGENCY = new Set(['emergency.target', 'rescue.target'])
const REBOOT = new Set(['reboot.target', 'kexec.target', 'soft-reboot.target'])
const POWEROFF = new Set(['poweroff.target', 'halt.target', 'exit.target'])

/** The facts after one more notice of the same boot. `wanted` is the target of the policy `target:NAME`. */
export const learn = (facts: BootFacts, notice: GuestNotice, wanted: string | undefined): BootFacts => {
  const now = { ...facts, spoke: true, modern: facts.modern || isModern(notice) }
  switch (notice.kind) {
    case 'hostname':
      return { ...leaveInitrd(now), hostname: notice.hostname }
    case 'machine-id':
      return { ...leaveInitrd(now), machineId: notice.machineId }
    case 'ready':
      // The only READY=1 a systemd ≥ 256 can say before its host name is that of an initrd whose queue ran empty: its emergency shell.
      return now.modern && !now.beyondInitrd
        ? { ...now, readySaid: true, emergency: 'initrd' }
        : { ...now, readySaid: true }
    case 'shutdown':
      return { ...now, leaving: notice.how === 'reboot' || notice.how === 'kexec' ? 'reboot' : 'poweroff' }
    case 'unit':
      return learnUnit(leaveInitrd(now), notice, wanted)
    default:
      return now
  }
}

const isModern = ({ kind }: GuestNotice): boolean =>
  kind === 'hostname' ||
  kind === 'machine-id' ||
  kind === 'signals-level' ||
  kind === 'unit' ||
  kind === 'shutdown'

/** switch-root: what the initrd said about itself does not hold for the system. */
const leaveInitrd = (facts: BootFacts): BootFacts =>
  facts.emergency === 'initrd'
    ? { ...facts, beyondInitrd: true, emergency: undefined, readySaid: false }
    : { ...facts, beyondInitrd: true }

const learnUnit = (
  facts: BootFacts,
  { unit, active }: Extract<GuestNotice, { kind: 'unit' }>,
  wanted: string | undefined,
): BootFacts => {
  const now = unit === wanted ? { ...facts, wanted: active } : facts
  if (EMERGENCY.has(unit) && unit !== wanted) {
    // A READY=1 that comes with emergency mode says that its shell is up, nothing more.
    if (active) return { ...now, emergency: unit, recovering: true, readySaid: false }
    return now.emergency === unit ? { ...now, emergency: undefined, readySaid: false } : now
  }
  if (unit === 'basic.target') return { ...now, basic: active }
  // multi-user.target requires basic.target, so it stands in for a basic.target whose message was lost.
  if (unit === 'multi-user.target' || unit === 'graphical.target')
    return { ...now, multiUser: active, basic: now.basic || active }
  if (active && REBOOT.has(unit)) return { ...now, leaving: 'reboot' }
  if (active && POWEROFF.has(unit)) return { ...now, leaving: 'poweroff' }
  return now
}
