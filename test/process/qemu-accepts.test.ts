import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { specsOf } from '../../src/compile.ts'
import { observeHost } from '../../src/host/observe-host.ts'
import { connectQmp, type Qmp } from '../../src/host/qmp.ts'
import { waitUntil } from '../../src/host/wait-until.ts'
import type { Observed } from '../../src/plan/observed.ts'
import { caseNames, expectedOf, readCase } from '../golden/run-case.ts'
import { machineSpec, observed, program } from '../machine-spec.ts'
import { startPaused } from './qemu/start-paused.ts'
import { withinReach } from './qemu/within-reach.ts'

const BOUND_MS = 20_000

let host: Observed

beforeAll(async () => {
  const { programs } = await observeHost(process.env, ['qemu', 'vhost-device-vsock', 'qemu-img'])
  if (programs.qemu === undefined || programs['vhost-device-vsock'] === undefined)
    throw new Error('This test needs QEMU and vhost-device-vsock: "npm run setup" installs them.')
  host = observed({
    kvm: { usable: false, because: 'The test runs everywhere.', fix: '' },
    // A fake stands where virtiofsd would.
    programs: {
      ...observed().programs,
      'qemu-img': undefined,
      ...programs,
      virtiofsd: program('virtiofsd', 1, 13),
    },
  } as Partial<Observed>)
})

const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'mv-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Every golden case that comes out as a QEMU command line is given to the real QEMU. */
const cases = caseNames().filter((name) => 'qemu.argv.txt' in expectedOf(name))

test.each(cases)('QEMU takes the arguments of %s without a word', async (name) => {
  const { file, text } = readCase(name)
  const folder = temporaryFolder()
  const specs = specsOf({ text, file, folder: join(folder, 'project') })
  if (!specs.ok) throw new Error('The golden test says what is wrong.')
  for (const spec of specs.value) {
    const { qemu, plan, stderr } = await startPaused(withinReach(spec, folder, host), folder, host)
    const ended = new AbortController()
    void qemu.exited.then(() => ended.abort())
    const connect = (): Promise<Qmp | undefined> =>
      connectQmp(plan.places.qmp, () => undefined).catch(() => undefined)
    const qmp = await waitUntil(connect, BOUND_MS, ended.signal)
    if (qmp === undefined) throw new Error(`QEMU did not start: ${stderr()}`)
    expect(await qmp.execute({ execute: 'query-status' })).toMatchObject({ status: 'prelaunch' })
    await qmp.execute({ execute: 'quit' })
    expect({ ...(await qemu.exited), stderr: stderr() }).toEqual({ code: 0, signal: undefined, stderr: '' })
  }
})

const missing: readonly [string, ReturnType<typeof machineSpec>, RegExp][] = [
  [
    'PCI device',
    machineSpec({ devices: [{ id: 'pci0', path: '0000:ff:1f.7', pciSegment: 0, iommu: false }] }),
    /no such host device|\/dev\/vfio/,
  ],
  [
    'TPM',
    machineSpec({ tpmSocket: '/nonexistent/tpm.sock' }),
    /Failed to connect to '\/nonexistent\/tpm\.sock'/,
  ],
]

test.each(missing)(
  'of a %s that is not there QEMU complains about nothing else',
  async (_, spec, complaint) => {
    const folder = temporaryFolder()
    const { devices, tpmSocket } = spec
    const ready = { ...withinReach(spec, folder, host), devices, tpmSocket }
    const { qemu, stderr } = await startPaused(ready, folder, host)
    expect((await qemu.exited).code).toBe(1)
    expect(stderr()).toMatch(complaint)
    expect(stderr()).not.toMatch(/[Pp]roperty|[Pp]arameter|option/)
  },
)

// Refused by `check` because QEMU refuses it; once it no longer does, this test says so.
test('QEMU forwards no port of an IPv6 address', async () => {
  const netdev = 'user,id=net0,hostfwd=tcp:[::1]:0-:80'
  const args = ['-M', 'none', '-nodefaults', '-display', 'none', '-S', '-netdev', netdev]
  const { exitCode, stderr } = await execa(host.programs.qemu?.path ?? '', args, {
    reject: false,
    timeout: BOUND_MS,
  })
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining('Bad host address') })
})

test('QEMU takes fewer address bits and knows AMX by name, though it cannot emulate it', async () => {
  const run = (cpu: string) =>
    execa(host.programs.qemu?.path ?? '', [...'-M q35 -nodefaults -display none -S -cpu'.split(' '), cpu], {
      reject: false,
      timeout: BOUND_MS,
    })
  expect((await run('max,amx-tile=on,enforce=on')).stderr).toMatch(/requested feature.*amx-tile/)
  const folder = temporaryFolder()
  const spec = machineSpec({ cpu: { ...machineSpec().cpu, maxPhysBits: 39 } })
  const { qemu, plan, stderr } = await startPaused(withinReach(spec, folder, host), folder, host)
  const connect = () => connectQmp(plan.places.qmp, () => undefined).catch(() => undefined)
  const qmp = await waitUntil(connect, BOUND_MS)
  await qmp?.execute({ execute: 'quit' })
  expect({ ...(await qemu.exited), stderr: stderr() }).toEqual({ code: 0, signal: undefined, stderr: '' })
})
