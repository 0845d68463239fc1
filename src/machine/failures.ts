import { tellingFirst } from '../errors/telling-lines.ts'
import { MicrovmError } from '../errors/microvm-error.ts'
import type { Verdict } from '../events/judge-exit.ts'
import type { Hypervisor } from '../hypervisors/contract.ts'
import type { Plan } from '../plan/plan.ts'
import type { GuestWatch } from './guest-watch.ts'
import { unitHint } from './unit-hint.ts'

/** As much of a console as helps: what came before is in the log. */
const CONSOLE_LINES = 15

/** The end of the console, made harmless for a terminal. */
export const consoleTail = (text: string): string =>
  text
    // oxlint-disable-next-line no-control-regex -- escape sequences are what is to be removed
    .replaceAll(/\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b[@-_]|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '')
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .slice(-CONSOLE_LINES)
    .join('\n')

const lines = (...parts: (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined && part !== '').join('\n')

const withConsole = (tail: string): string | undefined =>
  tail === '' ? undefined : `The end of its console:\n${tail}`

export const notReadyInTime = (plan: Plan, guest: GuestWatch, waitedMs: number, tail: string): MicrovmError =>
  new MicrovmError(
    'GUEST_NOT_READY_IN_TIME',
    `"${plan.spec.name}" was not ready after ${Math.round(waitedMs / 1000)} s.`,
    {
      machine: plan.spec.name,
      because: lines(guest.missing(), guest.lastWords(), withConsole(consoleTail(tail))),
      fix: `See "microvm logs ${plan.spec.name}". If the guest is only slow, raise startTimeout (now ${plan.times.start / 1000} s without progress, ${plan.times.startMax / 1000} s in all); if it has no systemd of version 254 or newer, set ready = "process".`,
    },
  )

export const inEmergency = (plan: Plan, unit: string, tail: string): MicrovmError =>
  new MicrovmError(
    'GUEST_EMERGENCY',
    `"${plan.spec.name}" booted into ${unit === 'initrd' ? 'the emergency shell of its initrd' : unit}.`,
    {
      machine: plan.spec.name,
      because: lines(
        'systemd goes there when something it needs failed, a mount for example.',
        withConsole(consoleTail(tail)),
      ),
      fix: `See "microvm logs ${plan.spec.name}"; with onEmergency = "keep" the machine stays up for "microvm console ${plan.spec.name}".`,
    },
  )

export const panicked = (plan: Plan, tail: string): MicrovmError =>
  new MicrovmError('GUEST_PANIC', `The kernel of "${plan.spec.name}" panicked.`, {
    machine: plan.spec.name,
    because: withConsole(consoleTail(tail)) ?? 'It reported the panic by pvpanic.',
    fix: `See "microvm logs ${plan.spec.name}".`,
  })

/** During a start, the console is believed: the guest could only harm its own start. */
export const panickedOnConsole = (plan: Plan, panic: readonly string[]): MicrovmError =>
  new MicrovmError('GUEST_PANIC', `The kernel of "${plan.spec.name}" panicked.`, {
    machine: plan.spec.name,
    because: lines('Its console says:', consoleTail(panic.slice(0, CONSOLE_LINES).join('\n'))),
    fix: `See "microvm logs ${plan.spec.name}". A root file system that is not found is named by root= in kernelParams, or needs an initrd.`,
  })

export const bootLoop = (plan: Plan, boots: number, panic: readonly string[], tail: string): MicrovmError =>
  panic.length > 0
    ? panickedOnConsole(plan, panic)
    : new MicrovmError(
        'GUEST_BOOT_LOOP',
        `"${plan.spec.name}" was reset ${boots} times in a row before its PID 1 had spoken.`,
        {
          machine: plan.spec.name,
          because: lines(
            'Its kernel, or what comes before PID 1, resets the machine.',
            withConsole(consoleTail(tail)),
          ),
          fix: `See "microvm logs ${plan.spec.name}"; kernelParams = ["panic=0"] keeps a panic on the console.`,
        },
      )

export const cannotBeReady = (plan: Plan, guest: GuestWatch, tail: string): MicrovmError => {
  const { ready, name } = plan.spec
  const { failed } = guest.console()
  const wanted = ready.kind === 'target' ? ready.unit : 'basic.target'
  return new MicrovmError(
    'GUEST_CANNOT_BE_READY',
    `"${name}" has finished its boot, and ${wanted} is not active.`,
    {
      machine: name,
      because: lines(
        failed.length === 0
          ? `Its PID 1 has no jobs left (READY=1), so nothing will start ${wanted} any more. Its console names no unit that failed.`
          : `Its PID 1 has no jobs left (READY=1). Its console says:\n${failed.map((unit) => `  ${consoleTail(unit)}`).join('\n')}`,
        failed.length === 0 ? withConsole(consoleTail(tail)) : undefined,
      ),
      fix: `See "microvm logs ${name}"; "systemctl status ${wanted}" in the guest has the reason. A target that is no part of the boot (multi-user.target does not want it) is never reached.`,
    },
  )
}

/** A VMM that ended by itself, in words; undefined when the guest powered off as it may. */
export const endedBy = (
  plan: Plan,
  hypervisor: Hypervisor,
  verdict: Verdict,
  wasReady: boolean,
  stderr: string,
  tail: string,
  isUnit: boolean,
): MicrovmError | undefined => {
  const { name } = plan.spec
  if (verdict.kind === 'panicked') return panicked(plan, tail)
  if (verdict.kind === 'crashed') {
    // A start fails by what it was given; a machine that ran has old warnings on its stderr, which explain nothing.
    const known = wasReady ? undefined : hypervisor.control.explain(stderr)
    return new MicrovmError(
      known?.code ?? (wasReady ? 'VMM_CRASHED' : 'VMM_EXITED_BEFORE_READY'),
      known?.message ??
        `${hypervisor.name} ended ${wasReady ? 'while' : 'before'} "${name}" was ${wasReady ? 'running' : 'ready'}.`,
      {
        machine: name,
        because: lines(tellingFirst(stderr.trim()), verdict.because, withConsole(consoleTail(tail))),
        fix: lines(
          known?.fix ??
            `See "microvm logs ${name} --source vmm"; "microvm compile ${name}" prints exactly what was run.`,
          isUnit && !wasReady ? unitHint(plan.spec, stderr) : undefined,
        ),
      },
    )
  }
  if (wasReady) return undefined
  return new MicrovmError(
    'GUEST_POWERED_OFF_BEFORE_READY',
    `"${name}" powered itself off before it was ready.`,
    {
      machine: name,
      because: lines(verdict.because, withConsole(consoleTail(tail))),
      fix: `See "microvm logs ${name}". A machine that only does a job and powers off wants ready = "booted" or "process".`,
    },
  )
}
