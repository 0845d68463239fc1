import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { invocationsOf, plansOf, printableSecrets, specsOf } from '../../src/compile.ts'
import { observeHost } from '../../src/host/observe-host.ts'
import { connectQmp, type Qmp } from '../../src/host/qmp.ts'
import { waitUntil } from '../../src/host/wait-until.ts'
import { renderShell } from '../../src/invocation/render-shell.ts'
import { caseNames, readCase } from '../golden/run-case.ts'
import { filesImage, machineSpec, observed } from '../machine-spec.ts'
import { makeFiles } from './qemu/make-files.ts'

const BOUND_MS = 20_000

test.each(caseNames())('a shell can read the script of %s', (name) => {
  const { file, text, host } = readCase(name)
  const specs = specsOf({ text, file, folder: '/project' })
  const plans = specs.ok ? plansOf(specs.value, host) : specs
  if (!plans.ok) return
  for (const plan of plans.value)
    execFileSync('sh', ['-n'], { input: renderShell(invocationsOf(plan, printableSecrets(plan))) })
})

test('the script starts the machine as it is printed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mv-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const { programs } = await observeHost(process.env, ['qemu', 'vhost-device-vsock', 'setpriv', 'flock'])
  const image = { ...filesImage, kernel: join(folder, "it's a kernel"), initrd: undefined, root: undefined }
  const spec = machineSpec({
    image,
    hypervisor: 'qemu',
    extraArgs: { qemu: ['-S'] },
    credentials: [{ name: 'token', from: { kind: 'text', text: 's3cret' } }],
  })
  const host = observed({ programs, kvm: { usable: false, because: 'The test runs everywhere.', fix: '' } })
  const directories = { runtime: join(folder, 'r'), state: join(folder, 's'), cache: join(folder, 'c') }
  const plans = plansOf([spec], { observed: host, directories, imageOf: () => undefined })
  const [plan] = plans.ok ? plans.value : []
  if (plan === undefined) throw new Error(JSON.stringify(plans))
  makeFiles(plan)
  const script = join(folder, 'start.sh')
  writeFileSync(script, renderShell(invocationsOf(plan, printableSecrets(plan))))

  const shell = spawn('sh', [script], { detached: true, stdio: ['ignore', 'ignore', 'pipe'] })
  let stderr = ''
  shell.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const ended = new AbortController()
  const exited = once(shell, 'exit').finally(() => ended.abort())
  onTestFinished(async () => {
    if (shell.exitCode === null && shell.pid !== undefined) process.kill(-shell.pid, 'SIGKILL')
    await exited
  })
  const qmp = await waitUntil<Qmp>(
    () => connectQmp(plan.places.qmp, () => undefined).catch(() => undefined),
    BOUND_MS,
    ended.signal,
  )
  if (qmp === undefined) throw new Error(`The script did not start QEMU: ${stderr}`)
  expect(await qmp.execute({ execute: 'query-status' })).toMatchObject({ status: 'prelaunch' })
  await qmp.execute({ execute: 'quit' })
  qmp.close()
})
