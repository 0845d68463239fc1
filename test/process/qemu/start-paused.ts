import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { invocationsOf, plansOf } from '../../../src/compile.ts'
import { type Running, startProcess } from '../../../src/host/process.ts'
import { waitUntil } from '../../../src/host/wait-until.ts'
import type { Invocation } from '../../../src/invocation/invocation.ts'
import type { Observed } from '../../../src/plan/observed.ts'
import type { MachineSpec } from '../../../src/spec/machine-spec.ts'
import { makeFiles } from './make-files.ts'

const BOUND_MS = 20_000

/** Starts the compiled QEMU and its helpers for real, with `-S`: it makes the machine and stops before the first instruction. */
export const startPaused = async (spec: MachineSpec, folder: string, observed: Observed) => {
  const directories = { runtime: join(folder, 'r'), state: join(folder, 's'), cache: join(folder, 'c') }
  const planned = plansOf([spec], { observed, directories, imageOf: () => undefined })
  const [plan] = planned.ok ? planned.value : []
  if (plan === undefined) throw new Error(JSON.stringify(planned))
  const secrets = plan.secretCredentials.map(({ name }) => ({ name, value: `value of ${name}, "quoted"` }))
  const run = invocationsOf(plan, secrets)
  for (const directory of [...run.directories, plan.places.volumes]) mkdirSync(directory, { recursive: true })
  for (const { path, content } of run.files) writeFileSync(path, content, { mode: 0o600 })
  makeFiles(plan, observed.programs['qemu-img']?.path)
  for (const { invocation, ready } of run.sidecars) await startBackend(invocation, ready.listening)
  for (const { vhostUserSocket } of spec.volumes)
    if (vhostUserSocket !== undefined)
      await startBackend(fakeBackend(folder, vhostUserSocket, 'config'), vhostUserSocket)
  for (const { socket } of [...spec.interfaces, ...spec.shares])
    if (socket !== undefined) await startBackend(fakeBackend(folder, socket), socket)
  const qemu = start({ ...run.vmm, args: [...run.vmm.args, '-S'] })
  let stderr = ''
  qemu.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  return { ...run, plan, qemu, stderr: () => stderr }
}

const start = (invocation: Invocation): Running => {
  const running = startProcess(invocation)
  running.stdout.resume()
  onTestFinished(async () => {
    running.kill('SIGKILL')
    await running.exited
  })
  return running
}

/** A listening socket has flag 10000 in /proc/net/unix; to connect would use up the one connection a back-end takes. */
const startBackend = async (invocation: Invocation, socket: string): Promise<void> => {
  start(invocation).stderr.resume()
  const isListening = (): true | undefined =>
    readFileSync('/proc/net/unix', 'latin1')
      .split('\n')
      .some((line) => line.includes(' 00010000 ') && line.endsWith(` ${socket}`)) || undefined
  if ((await waitUntil(isListening, BOUND_MS)) === undefined)
    throw new Error(`${invocation.name} does not listen on ${socket}`)
}

const fakeBackend = (folder: string, socket: string, ...options: string[]): Invocation => ({
  name: 'vhost-user-backend',
  file: process.execPath,
  args: [join(import.meta.dirname, '../../fakes/vhost-user-backend.ts'), socket, ...options],
  env: {},
  cwd: folder,
  fds: [],
})
