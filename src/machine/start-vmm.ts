import { lstatSync, symlinkSync, writeFileSync } from 'node:fs'
import { MicrovmError } from '../errors/microvm-error.ts'
import type { MachineEvent } from '../events/event.ts'
import { type Running, startProcess } from '../host/process.ts'
import type { Compiled, Secret } from '../hypervisors/contract.ts'
import type { Plan } from '../plan/plan.ts'
import { vsockPort } from '../plan/places.ts'
import type { RotatingLog } from './rotating-log.ts'
import type { Run } from './run.ts'
import { onRecords } from './split-records.ts'

/** What the VMM wrote to stderr last, for messages. */
const STDERR_KEPT = 4000

export type Vmm = { readonly process: Running; readonly stderr: () => string }

/**
 * Compiles, and writes the files the VMM will read (0600, in the run directory).
 * @throws MicrovmError CREDENTIAL_TOO_LARGE with all problems at once.
 */
export const compileMachine = ({ plan, hypervisor }: Run, secrets: readonly Secret[]): Compiled => {
  const problems = hypervisor.checkSecrets(plan, secrets)
  if (problems.length > 0)
    throw new MicrovmError(
      'CREDENTIAL_TOO_LARGE',
      `The credentials of "${plan.spec.name}" cannot be handed over.`,
      { problems },
    )
  const compiled = hypervisor.compile(plan, secrets)
  for (const { path, content } of compiled.files) writeFileSync(path, content, { mode: 0o600 })
  return compiled
}

/** What the guest connects to on a named port is linked to where the user wants it. */
export const linkPorts = ({ spec, places }: Plan): void => {
  for (const { port, socket } of spec.vsock.ports)
    if (socket !== undefined && !isLink(vsockPort(places, port))) symlinkSync(socket, vsockPort(places, port))
}

const isLink = (path: string): boolean =>
  lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true

/** Starts the VMM process; it inherits the machine's locks, so that no second one can start while it lives. */
export const startVmm = (
  run: Run,
  compiled: Compiled,
  locks: readonly number[],
  log: RotatingLog,
  onEvent: (event: MachineEvent) => void,
): Vmm => {
  const { hypervisor, plan } = run
  const process = startProcess(compiled.vmm, { locks })
  let stderr = ''
  const keep = (chunk: Buffer): void => {
    stderr = (stderr + chunk.toString()).slice(-STDERR_KEPT)
    log.write(chunk)
  }
  process.stderr.on('data', keep)
  process.stdout.on('data', keep)
  if (process.events !== undefined)
    onRecords(process.events, (record) => {
      const event = hypervisor.control.decodeEvent(record)
      if (event !== undefined) onEvent(event)
    })
  run.note({ vmm: process.id })
  run.emit({
    kind: 'vmm-started',
    hypervisor: hypervisor.name,
    version: plan.hypervisor.program.version,
    pid: process.id.pid,
  })
  return { process, stderr: () => stderr }
}
