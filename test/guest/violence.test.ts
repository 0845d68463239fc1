import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openRig, type Rig } from '../rig/microvm-rig.ts'
import { guest } from './definitions.ts'

const vmmPid = (rig: Rig): number => {
  const { vmm } = rig.record('hello') as { vmm: { pid: number } | null }
  if (vmm === null) throw new Error('no VMM in the record')
  return vmm.pid
}

const supervisorPid = (rig: Rig): number =>
  (rig.record('hello') as { supervisor: { pid: number } }).supervisor.pid

const waitGone = async (rig: Rig, seconds: number): Promise<void> => {
  for (const deadline = Date.now() + seconds * 1000; rig.processes().length > 0 && Date.now() < deadline;)
    await sleep(50)
  expect(rig.processes()).toEqual([])
}

test('kill -9 of the VMM is told as a crash; kill -9 of the supervisor leaves nothing, and the next start says what it cleaned', async () => {
  await using rig = openRig()
  rig.write('microvm.toml', guest('hello'))
  expect(await rig.run(['up', '-d'], 200)).toMatchObject({ exitCode: 0 })
  process.kill(vmmPid(rig), 'SIGKILL')
  await waitGone(rig, 20)
  expect(rig.record('hello')).toMatchObject({
    state: 'failed',
    outcome: 'crashed',
    failure: { code: 'VMM_CRASHED' },
  })
  expect(rig.runFiles('hello')).toEqual([])

  expect(await rig.run(['up', '-d'], 200)).toMatchObject({ exitCode: 0 })
  process.kill(supervisorPid(rig), 'SIGKILL')
  await waitGone(rig, 20)
  const ps = await rig.run(['ps', '-a', '--json'])
  expect(ps.exitCode).toBe(0)
  expect(ps.stdout).toContain('"failed"')

  const again = await rig.run(['up', '-d'], 200)
  expect(again, again.stderr).toMatchObject({ exitCode: 0 })
  expect(rig.events('hello').some((event) => event.kind === 'cleaned')).toBe(true)
  expect(await rig.run(['down', '--force'], 60)).toMatchObject({ exitCode: 0 })
  await waitGone(rig, 10)
})

test('SIGTERM at any moment of the start leaves no process, no socket and no lock', async () => {
  await using rig = openRig()
  rig.write('microvm.toml', guest('hello', 'stopTimeout = "5s"'))
  for (let round = 0; round < 12; round++) {
    const delay = Math.round(Math.random() * (round < 8 ? 1200 : 9000))
    const run = rig.start('run', 'hello')
    await sleep(delay)
    run.kill('SIGTERM')
    const { exitCode, stderr } = await run.finished
    // Before the handlers are there the signal simply ends the process; after, it is an orderly stop.
    expect([0, 1, 143, null], `after ${delay} ms: ${stderr}`).toContain(exitCode)
    await waitGone(rig, 15)
    expect(rig.runFiles('hello'), `after ${delay} ms`).toEqual([])
  }
  // The guest gets its usual time again: five seconds are too few for an emulated one on a busy host.
  rig.write('microvm.toml', guest('hello'))
  const up = await rig.run(['up', '-d'], 200)
  expect(up, up.stderr).toMatchObject({ exitCode: 0 })
  expect(await rig.run(['down'], 150)).toMatchObject({ exitCode: 0 })
})

test('a kernel panic in a running guest is told', async () => {
  await using rig = openRig()
  rig.write('microvm.toml', guest('hello'))
  expect(await rig.run(['up', '-d'], 200)).toMatchObject({ exitCode: 0 })
  const console = await rig.console('hello')
  console.type('\r')
  await console.expect('login:')
  console.type('root\r')
  await console.expect('# ')
  console.type('modprobe pvpanic-pci; echo c > /proc/sysrq-trigger\r')
  await rig.event('hello', (event) => event.kind === 'failed', 60)
  await waitGone(rig, 30)
  expect(rig.record('hello')).toMatchObject({ state: 'failed', failure: { code: 'GUEST_PANIC' } })
})
