import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execFileSync } from 'node:child_process'
import { describe, test } from 'vitest'
import type { MachineSpec, VolumeSpec } from '../../../src/spec/machine-spec.ts'
import { NOTHING, openEngine } from './engine.ts'

const volume = (changes: Partial<VolumeSpec> = {}): VolumeSpec => ({
  id: 'vol0',
  image: 'data.img',
  size: 8 * 2 ** 20,
  autoCreate: true,
  fsType: 'ext4',
  label: undefined,
  mkfsExtraArgs: [],
  mountPoint: undefined,
  root: false,
  readOnly: false,
  imageType: 'raw',
  backingFiles: false,
  direct: false,
  serial: 'data',
  sparse: true,
  queues: 1,
  queueSize: 128,
  lockGranularity: undefined,
  rateLimit: undefined,
  rateLimitGroup: undefined,
  vhostUserSocket: undefined,
  pciSegment: 0,
  iommu: false,
  ...changes,
})

describe.concurrent('volumes and secrets', () => {
  test('a volume is made once, 0600, and kept by the next start', async ({ expect }) => {
    await using engine = openEngine()
    const plan = engine.plan({ volumes: [volume()] })
    const path = join(engine.places.volumes, 'data.img')
    const first = engine.run(plan)
    await first.ready()
    expect(first.events).toContainEqual(expect.objectContaining({ do: 'create-volume', what: path }))
    expect(statSync(path).mode & 0o777).toBe(0o600)
    // The magic number of ext4.
    expect(readFileSync(path).readUInt16LE(1024 + 56)).toBe(0xef53)
    first.stop()
    await first.ended
    writeFileSync(path, 'precious', { flag: 'r+' })
    const second = engine.run(plan)
    await second.ready()
    expect(second.events.some(({ kind }) => kind === 'step')).toBe(false)
    expect(readFileSync(path, 'latin1').slice(0, 8)).toBe('precious')
  })

  test('a stop while mkfs runs leaves no volume, no half of one, no process', async ({ expect }) => {
    await using engine = openEngine()
    // A program beside it that mkfs waits for: mke2fs reads its directory from a pipe nobody writes to.
    const fifo = join(engine.folder, 'fifo')
    execFileSync('mkfifo', [fifo])
    const run = engine.run(
      engine.plan({ volumes: [volume({ mkfsExtraArgs: ['-z', fifo] }), volume({ id: 'vol1', image: 'b.img' })] }), // prettier-ignore
    )
    await run.event(({ kind }) => kind === 'step')
    run.stop()
    expect(await run.ended).toMatchObject({ exit: 0, outcome: 'graceful' })
    expect(readdirSync(engine.places.volumes)).toEqual([])
    expect(engine.remains()).toEqual(NOTHING)
  })

  test('what a killed supervisor left of a volume is not taken for one', async ({ expect }) => {
    await using engine = openEngine()
    mkdirSync(engine.places.volumes, { recursive: true })
    writeFileSync(join(engine.places.volumes, 'data.img.new'), 'half')
    const run = engine.run(engine.plan({ volumes: [volume()] }))
    await run.ready()
    expect(readdirSync(engine.places.volumes)).toEqual(['data.img'])
  })

  test('mkfs’s own words reach the user', async ({ expect }) => {
    await using engine = openEngine()
    const run = engine.run(engine.plan({ volumes: [volume({ mkfsExtraArgs: ['--no-such-option'] })] }))
    const { failure } = await run.ended
    expect(failure).toMatchObject({ code: 'VOLUME_CREATE_FAILED' })
    expect(failure?.because).toMatch(/no-such-option|Usage/)
    expect(readdirSync(engine.places.volumes)).toEqual([])
  })

  test('a volume that has to be there and is not is told with the rest', async ({ expect }) => {
    await using engine = openEngine()
    const { failure } = await engine.run(
      engine.plan({ volumes: [volume({ autoCreate: false }), volume({ id: 'vol1', image: '/no/such.img', size: undefined })] }), // prettier-ignore
    ).ended
    expect(failure?.problems.map(({ at }) => at.join('.'))).toEqual([
      'machines.web.volumes.0.image',
      'machines.web.volumes.1.image',
    ])
  })

  test.for(['cloud-hypervisor', 'qemu'] as const)('%s: a secret is in no argument, environment, log or record, and in files of 0600 only while it runs', async (hypervisor, { expect }) => {
    await using engine = openEngine()
    const secret = 'hunter2-hunter2-hunter2'
    const file = join(engine.folder, 'token')
    writeFileSync(file, secret, { mode: 0o600 })
    const credentials: MachineSpec['credentials'] = [
      { name: 'token', from: { kind: 'file', path: file } },
      { name: 'told', from: { kind: 'text', text: secret } },
    ]
    const run = engine.run(engine.plan({ hypervisor, credentials }))
    await run.ready()
    const { vmm } = engine.record()
    for (const what of ['cmdline', 'environ'])
      expect(readFileSync(`/proc/${vmm?.pid}/${what}`, 'latin1')).not.toContain(secret)
    const files = readdirSync(engine.places.secrets).map((name) => join(engine.places.secrets, name))
    expect(files.length).toBe(hypervisor === 'qemu' ? 2 : 0)
    for (const path of files) expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(engine.places.secrets).mode & 0o777).toBe(0o700)
    expect(statSync(engine.places.run).mode & 0o777).toBe(0o700)
    run.stop()
    await run.ended
    for (const name of readdirSync(engine.places.state)) {
      const path = join(engine.places.state, name)
      if (statSync(path).isFile()) expect(readFileSync(path, 'latin1'), name).not.toContain(secret)
    }
    expect(engine.remains()).toEqual(NOTHING)
  }) // prettier-ignore

  test('a failed start removes secrets too', async ({ expect }) => {
    await using engine = openEngine()
    engine.script({ vmm: { dies: 'no' } })
    const credentials: MachineSpec['credentials'] = [{ name: 'token', from: { kind: 'text', text: 'secret' } }] // prettier-ignore
    await engine.run(engine.plan({ hypervisor: 'qemu', credentials })).ended
    expect(engine.remains()).toEqual(NOTHING)
  })
})
