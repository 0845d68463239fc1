import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CliRig, machine, openCliRig } from './cli-rig.ts'

let rig: CliRig
beforeEach(() => {
  rig = openCliRig()
})
afterEach(() => rig[Symbol.asyncDispose]())

const statusOf = async (...names: string[]): Promise<unknown[]> =>
  (JSON.parse((await rig.cli('ps', '--all', '--json', ...names)).out) as { status: string }[]).map(
    ({ status }) => status,
  )

describe('down works from records', () => {
  it('in a folder whose flake.nix is somebody else’s, after up --file; in the order of `after`', async () => {
    mkdirSync(join(rig.folder, 'examples'))
    for (const file of ['vmlinuz', 'root.erofs'])
      renameSync(join(rig.folder, file), join(rig.folder, 'examples', file))
    rig.write('examples/microvm.toml', machine('web', 'after = ["db"]') + machine('db'))
    rig.write('flake.nix', '{ outputs = _: { }; }')
    const up = await rig.cli('-f', 'examples/microvm.toml', 'up', '-d')
    expect(up.exit).toBe(0)
    expect(up.err).toMatch(/^microvm down web db {2,}stop them$/m)
    const down = await rig.cli('down')
    expect(down.err).toMatch(/^web {2}stopped {2}graceful\ndb {2}stopped {2}graceful$/m)
    expect(down.exit).toBe(0)
  })

  it('when the definition is broken, or gone', async () => {
    const file = rig.write('microvm.toml', machine('web'))
    expect((await rig.cli('up', '-d')).exit).toBe(0)
    rig.write('microvm.toml', 'machines = what?')
    const broken = await rig.cli('down')
    expect(broken.exit).toBe(0)
    expect(broken.err).toMatch(/^web {2}stopped {2}graceful$/m)
    rig.write('microvm.toml', machine('web'))
    expect((await rig.cli('up', '-d')).exit).toBe(0)
    rmSync(file)
    const gone = await rig.cli('down')
    expect(gone.exit).toBe(0)
    expect(gone.err).toMatch(/^web {2}stopped {2}graceful$/m)
  })

  it('leaves machines of other folders alone, and names them', async () => {
    mkdirSync(join(rig.folder, 'other'))
    rig.write('microvm.toml', machine('web'))
    expect((await rig.cli('up', '-d')).exit).toBe(0)
    const elsewhere = await rig.cli('-f', join(rig.folder, 'other/microvm.toml'), 'down')
    expect(elsewhere.exit).toBe(4)
    expect(await statusOf('web')).toEqual(['ready'])
    const both = await rig.cli('down', '--all', 'web')
    expect(both.exit).toBe(2)
    expect(await statusOf('web')).toEqual(['ready'])
    expect((await rig.cli('down', 'web')).exit).toBe(0)
  })
})

describe('a failed machine', () => {
  it('counts as stopped after down', async () => {
    rig.write('microvm.toml', machine('web'))
    rig.script('web', { vmm: { dies: 'no memory' } })
    expect((await rig.cli('up', '-d')).exit).toBe(1)
    expect(await statusOf('web')).toEqual(['failed'])
    const down = await rig.cli('down')
    expect(down).toMatchObject({ exit: 0 })
    expect(down.err).toContain('had failed, and is cleared')
    expect(await statusOf('web')).toEqual(['stopped'])
    expect((await rig.cli('ps', '-q')).out).toBe('')
  })
})

describe('a folder that was removed', () => {
  it('keeps nobody from looking and stopping', async () => {
    rig.write('microvm.toml', machine('web'))
    expect((await rig.cli('up', '-d')).exit).toBe(0)
    const from = (args: readonly string[]) => rig.start(args, {}, { inRemovedFolder: true }).finished
    expect(await from(['ps', '-q'])).toMatchObject({ exit: 0, out: 'web\n' })
    const up = await from(['up'])
    expect(up.exit).toBe(2)
    expect(up.err).toContain('error USAGE  The current folder was removed.')
    expect(await from(['down', 'web'])).toMatchObject({ exit: 0 })
  })
})

describe('stop, start, restart and rm', () => {
  it('are for every machine, from any folder', async () => {
    rig.write('microvm.toml', machine('web'))
    expect((await rig.cli('up', '-d')).exit).toBe(0)
    const away = { inRemovedFolder: true }
    expect((await rig.start(['stop', 'web'], {}, away).finished).exit).toBe(0)
    expect(await statusOf('web')).toEqual(['stopped'])
    expect((await rig.start(['start', 'web'], {}, away).finished).exit).toBe(0)
    expect(await statusOf('web')).toEqual(['ready'])
    const pidOf = async () => JSON.parse((await rig.cli('ps', '--json', 'web')).out)[0].vmmPid as number
    const before = await pidOf()
    expect((await rig.cli('restart', 'web')).exit).toBe(0)
    const after = await pidOf()
    expect(after).not.toBe(before)

    rig.write('microvm.toml', 'machines = what?')
    expect((await rig.cli('restart', 'web')).exit).toBe(2)
    expect(await pidOf(), 'nothing is stopped for a definition that cannot be used').toBe(after)

    const refused = await rig.cli('rm', 'web')
    expect(refused.exit).toBe(5)
    mkdirSync(join(rig.folder, 's/web/volumes'), { recursive: true })
    rig.write('s/web/volumes/data.img', 'precious')
    const removed = await rig.cli('rm', '--force', 'web')
    expect(removed.exit).toBe(0)
    expect(removed.err).toContain('rm web --volumes')
    expect(existsSync(join(rig.folder, 's/web/volumes/data.img'))).toBe(true)
    expect(existsSync(join(rig.folder, 's/web/record.json'))).toBe(false)
  })
})
