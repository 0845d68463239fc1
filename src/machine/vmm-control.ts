import { MicrovmError } from '../errors/microvm-error.ts'
import type { MachineEvent } from '../events/event.ts'
import { runWithDescriptors } from '../host/run-with-descriptors.ts'
import { httpOverUnix, standingConnection } from '../host/http-unix.ts'
import { connectQmp, type Qmp } from '../host/qmp.ts'
import { waitUntil } from '../host/wait-until.ts'
import type { BootStep, Hypervisor, QmpCommand } from '../hypervisors/contract.ts'
import type { ControlRequest } from '../invocation/invocation.ts'
import type { Plan } from '../plan/plan.ts'
import { unitHint } from './unit-hint.ts'

/** The control channel of a running VMM. Its methods throw when the VMM does not answer; the caller decides what that means. */
export type VmmControl = {
  /** Performs the requests that make and boot the machine. @throws MicrovmError with the VMM's own reasons. */
  readonly boot: (steps: readonly BootStep[]) => Promise<void>
  readonly powerButton: () => Promise<void>
  readonly quit: () => Promise<void>
  readonly pause: () => Promise<void>
  /** Lets the virtual CPUs go on; `suspended`: wakes a guest that sleeps. */
  readonly resume: (suspended: boolean) => Promise<void>
  /** Where the machine's console is: a socket or a pty; undefined for none. */
  readonly consolePath: (plan: Plan) => Promise<string | undefined>
  readonly close: () => void
  /** Resolves when the VMM has closed its side, and all it had said is read. */
  readonly closed: Promise<void>
}

/** The socket appears within milliseconds on an idle host; a loaded one may take long, and the VMM's exit is watched beside this. */
const CONNECT_MS = 60_000
/** `vm.boot` answers when the devices are made: a vhost-user back-end that does not answer holds it for 60 s. */
const BOOT_MS = 90_000
const REQUEST_MS = 5_000

/** Connects as soon as the VMM listens. `signal` aborts when it has ended; `isUnit`: a unit confines it, which its refusals may come from. */
export const connectControl = async (
  hypervisor: Hypervisor,
  plan: Plan,
  onEvent: (event: MachineEvent) => void,
  signal: AbortSignal,
  isUnit: boolean,
): Promise<VmmControl> => {
  const socket = hypervisor.control.socket(plan)
  const unreachable = (): MicrovmError =>
    new MicrovmError('VMM_START_FAILED', `${hypervisor.name} did not open its control socket.`, {
      machine: plan.spec.name,
    })
  if (hypervisor.control.transport === 'http') {
    const up = await waitUntil(() => ping(socket), CONNECT_MS, signal)
    if (up === undefined) throw unreachable()
    return httpControl(hypervisor, socket, (said) => (isUnit ? unitHint(plan.spec, said) : undefined))
  }
  const qmp = await waitUntil(
    () =>
      connectQmp(socket, (record) => {
        const event = hypervisor.control.decodeEvent(record)
        if (event !== undefined) onEvent(event)
      }).catch(() => undefined),
    CONNECT_MS,
    signal,
  )
  if (qmp === undefined) throw unreachable()
  return qmpControl(hypervisor, qmp)
}

const ping = (socket: string): Promise<true | undefined> =>
  httpOverUnix(socket, { method: 'GET', path: '/api/v1/vmm.ping' }, REQUEST_MS).then(
    () => true as const,
    () => undefined,
  )

/** What to do besides about a refusal, by what was said. */
type Hint = (said: string) => string | undefined

const httpControl = (hypervisor: Hypervisor, socket: string, hint: Hint): VmmControl => {
  const agent = standingConnection()
  const send = async (request: ControlRequest, timeoutMs: number): Promise<string> => {
    const { status, body } = await httpOverUnix(socket, request, timeoutMs, agent).catch((error: Error) => {
      throw new MicrovmError('VMM_START_FAILED', `${hypervisor.name} did not answer ${request.path}.`, {
        because: error.message,
        fix: 'A back-end that does not answer (vhost-user, virtiofsd) holds it up; "microvm logs --source vmm" has what it says itself.',
        cause: error,
      })
    })
    if (status >= 200 && status < 300) return body
    throw refused(hypervisor, request.path, body, hint)
  }
  return {
    boot: async (steps) => {
      for (const [index, step] of steps.entries()) {
        await perform(hypervisor, step, (request) => send(request, BOOT_MS), hint)
        if (index === 0 && step.kind === 'request') await verify(hypervisor, step.request.body, send)
      }
    },
    powerButton: async () => void (await send(hypervisor.control.powerButton as ControlRequest, REQUEST_MS)),
    quit: async () => void (await send(hypervisor.control.quit as ControlRequest, REQUEST_MS)),
    pause: async () => void (await send(hypervisor.control.pause as ControlRequest, REQUEST_MS)),
    resume: async (suspended) =>
      void (await send(hypervisor.control.resume(suspended) as ControlRequest, REQUEST_MS)),
    consolePath: async (plan) => {
      const pty = hypervisor.control.consolePty
      if (pty?.needed(plan) !== true) return hypervisor.control.consoleSocket(plan)
      return pty.path(parsed(hypervisor, pty.request.path, await send(pty.request, REQUEST_MS)))
    },
    close: () => agent.destroy(),
    closed: Promise.resolve(),
  }
}

/** serde ignores keys it does not know, so what the first request asked for is compared with what was understood. */
const verify = async (
  hypervisor: Hypervisor,
  body: unknown,
  send: (request: ControlRequest, timeoutMs: number) => Promise<string>,
): Promise<void> => {
  const { verify: asked } = hypervisor.control
  if (asked === undefined) return
  const answer = parsed(hypervisor, asked.request.path, await send(asked.request, REQUEST_MS))
  const dropped = asked.dropped(answer, body)
  if (dropped.length === 0) return
  throw new MicrovmError('CAPABILITY_MISSING', `${hypervisor.name} ignored ${dropped.join(', ')}.`, {
    because: 'It did not report these settings back after they were sent: this version does not know them.',
    fix: `Use a newer ${hypervisor.name}, or leave these settings out (extraConfig included).`,
  })
}

const parsed = (hypervisor: Hypervisor, path: string, body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch (cause) {
    throw new MicrovmError(
      'VMM_START_FAILED',
      `${hypervisor.name} answered ${path} with something that is no JSON.`,
      {
        because: (cause as Error).message,
        fix: `Check that the program is ${hypervisor.name} ("microvm doctor" names the one in use), and update it.`,
        cause,
      },
    )
  }
}

const perform = async (
  hypervisor: Hypervisor,
  step: BootStep,
  send: (request: ControlRequest) => Promise<string>,
  hint: Hint,
): Promise<void> => {
  if (step.kind === 'request') return void (await send(step.request))
  const { exitCode, output } = await runWithDescriptors(step.invocation, BOOT_MS)
  if (exitCode !== 0) throw refused(hypervisor, step.invocation.name, output, hint)
}

const refused = (hypervisor: Hypervisor, what: string, body: string, hint: Hint): MicrovmError => {
  const said = chain(body)
  const known = hypervisor.control.explain(said)
  return new MicrovmError(
    known?.code ?? 'VMM_START_FAILED',
    known?.message ?? `${hypervisor.name} refused ${what}.`,
    {
      because: said,
      fix: [
        known?.fix ?? 'See the reasons above; "microvm compile" prints exactly what it was given.',
        hint(said),
      ]
        .filter((part) => part !== undefined)
        .join('\n'),
    },
  )
}

/** cloud-hypervisor answers errors as a JSON array, outermost first. */
const chain = (body: string): string => {
  try {
    const value: unknown = JSON.parse(body)
    return Array.isArray(value) ? value.join('\n') : body
  } catch {
    return body === '' ? 'It gave no reason.' : body
  }
}

const qmpControl = (hypervisor: Hypervisor, qmp: Qmp): VmmControl => ({
  boot: async () => undefined,
  powerButton: async () => void (await qmp.execute(hypervisor.control.powerButton as QmpCommand)),
  quit: async () => void (await qmp.execute(hypervisor.control.quit as QmpCommand)),
  pause: async () => void (await qmp.execute(hypervisor.control.pause as QmpCommand)),
  resume: async (suspended) => void (await qmp.execute(hypervisor.control.resume(suspended) as QmpCommand)),
  consolePath: async (plan) => hypervisor.control.consoleSocket(plan),
  close: qmp.close,
  closed: qmp.closed,
})
