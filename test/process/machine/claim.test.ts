import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { openProgram } from './program.ts'

const isReady = (event: { kind: string }): boolean => event.kind === 'guest-ready'

const connected = (path: string): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const socket = connect(path, () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', reject)
  })

describe.concurrent('one supervisor for each machine, whatever happens to its directories', () => {
  test('another state directory with the same run directory is refused, and the sockets stay', async ({
    expect,
  }) => {
    await using program = openProgram()
    const first = program.start(['run', 'web'])
    await program.event(isReady)
    const other = [`env`, `MICROVM_STATE_DIR=${join(program.folder, 'other')}`]
    const second = await program.start(['run', 'web'], other).ended
    expect(second.exit, second.err).toBe(5)
    expect(second.err).toContain('MACHINE_ALREADY_RUNNING')
    expect(second.err).toContain(`pid ${first.child.pid}`)
    expect(second.err).toContain(program.places.state)
    expect(existsSync(program.places.qmp)).toBe(true)

    // From there it is listed, and can be stopped.
    const ps = await program.start(['ps', '--json'], other).ended
    expect(JSON.parse(ps.out)).toMatchObject([
      { name: 'web', status: 'ready', supervisorPid: first.child.pid },
    ])
    const down = await program.start(['down', 'web'], other).ended
    expect(down.err).toContain('graceful')
    expect(await first.ended).toMatchObject({ exit: 0 })
  })

  test('a state directory that was removed does not let a second one in; the machine is listed and stopped', async ({
    expect,
  }) => {
    await using program = openProgram()
    const first = program.start(['run', 'web'])
    await program.event(isReady)
    rmSync(program.places.state, { recursive: true, maxRetries: 5 })
    const second = await program.run('run', 'web')
    expect(second.err).toContain('MACHINE_ALREADY_RUNNING')
    expect(JSON.parse((await program.run('ps', '--json')).out)).toMatchObject([
      { name: 'web', supervisorPid: first.child.pid },
    ])
    const down = await program.run('down', 'web')
    expect(down.exit, down.err).toBe(0)
    expect(await first.ended).toMatchObject({ exit: 0 })
    await program.gone()
  })

  test('a run directory that was removed does not let a second one in', async ({ expect }) => {
    await using program = openProgram()
    const first = program.start(['run', 'web'])
    await program.event(isReady)
    rmSync(program.places.run, { recursive: true, maxRetries: 5 })
    expect((await program.run('run', 'web')).err).toContain('MACHINE_ALREADY_RUNNING')
    expect(program.record()).toMatchObject({ state: 'ready' })
    first.child.kill('SIGTERM')
    await first.ended
    await program.gone()
  })

  test('directories that are removed under a live machine are made again, and it can be stopped', async ({
    expect,
  }) => {
    await using program = openProgram()
    const first = program.start(['run', 'web'])
    await program.event(isReady)
    for (const path of [program.places.run, program.places.state])
      rmSync(path, { recursive: true, maxRetries: 5 })
    await program.until(() => (existsSync(program.places.record) ? true : undefined), 'the record')
    await program.until(() => (existsSync(program.places.console) ? true : undefined), 'the console')
    await program.until(
      () => (existsSync(`${program.places.vsock}_1234`) ? true : undefined),
      'the notify socket',
    )
    await program.until(() => program.record().notice?.includes('run directory') || undefined, 'the notice')
    expect((await program.run('ps')).out).toContain('was removed while it ran')
    // Sockets of the hypervisor and its helper have their names back, and lead to them.
    for (const path of [program.places.vhostVsock, program.places.consoleVmm])
      await expect(connected(path), path).resolves.toBe(true)
    expect((await program.run('run', 'web')).err).toContain('MACHINE_ALREADY_RUNNING')
    // Who comes later joins it, as before, and its state still has its owner.
    expect((await program.run('up', '-d')).err).toMatch(/web +ready/)
    expect(existsSync(program.places.owner)).toBe(true)
    // How the guest ended is told by test/guest: the fake QEMU cannot speak without its helper's socket, which a real one stays connected to.
    await program.run('down', 'web')
    await first.ended
    await program.gone()
    expect(existsSync(program.places.run)).toBe(false)
  })

  test('directories that were both removed at once do not let a second one in', async ({ expect }) => {
    await using program = openProgram()
    const first = program.start(['run', 'web'])
    await program.event(isReady)
    for (const path of [program.places.state, program.places.run])
      rmSync(path, { recursive: true, maxRetries: 5 })
    for (const { exit, err } of [await program.run('run', 'web'), await program.run('run', 'web')]) {
      expect(exit, err).toBe(5)
      expect(err).toContain('MACHINE_ALREADY_RUNNING')
    }
    first.child.kill('SIGTERM')
    await first.ended
    await program.gone()
  })

  test('up twice at the same moment: both end with ready, and one hypervisor runs', async ({ expect }) => {
    await using program = openProgram()
    const both = await Promise.all([program.run('up', '-d'), program.run('up', '-d')])
    for (const { exit, err } of both) {
      expect(exit, err).toBe(0)
      expect(err).toMatch(/web +ready/)
    }
    expect(readFileSync(program.places.events, 'utf8').match(/"kind":"vmm-started"/g)).toHaveLength(1)
    await program.run('down')
  })

  test('a machine whose events were removed, or turned over, is joined as it is', async ({ expect }) => {
    await using program = openProgram()
    const first = program.start(['run', 'web'])
    await program.event(isReady)
    writeFileSync(program.places.events, '')
    const up = await program.run('up', '-d')
    expect(up.exit, up.err).toBe(0)
    expect(up.err).toMatch(/web +ready/)
    first.child.kill('SIGTERM')
    await first.ended
  })

  test('an error of a detached supervisor arrives with its own code', async ({ expect }) => {
    await using program = openProgram('[[machines.web.volumes]]\nimage = "/nowhere/at/all.img"\n')
    const { exit, err } = await program.run('up', '-d')
    expect(exit, err).not.toBe(0)
    expect(err).toMatch(/^error (FILE_MISSING|HOST_PERMISSION)/m)
    expect(err).not.toContain('VMM_EXITED_BEFORE_READY')
  })
})
