import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { type CliRig, machine, openCliRig } from './cli-rig.ts'

/** A project of its own with one definition; its path. */
const project = (rig: CliRig, folder: string, head = '', name = 'web', file = 'microvm.toml'): string => {
  mkdirSync(join(rig.folder, folder), { recursive: true })
  const text = machine(name)
    .replace('"vmlinuz"', `"${rig.folder}/vmlinuz"`)
    .replace('"root.erofs"', `"${rig.folder}/root.erofs"`)
  return rig.write(`${folder}/${file}`, `${head}\n${text}`)
}

const up = (rig: CliRig, file: string, ...more: string[]) => rig.cli('up', '-d', '--file', file, ...more)
const down = (rig: CliRig, file: string, ...more: string[]) => rig.cli('down', '--file', file, ...more)
const listed = async (rig: CliRig, ...more: string[]): Promise<unknown> =>
  JSON.parse((await rig.cli('ps', '--json', ...more)).out)

/** Something that a stranger must not get. */
const keepSomething = (rig: CliRig): void => {
  mkdirSync(join(rig.folder, 's/web/volumes'), { recursive: true })
  writeFileSync(join(rig.folder, 's/web/volumes/data.img'), 'precious')
}

/** The command of an advice, as typed by somebody who reads it. */
const typed = (err: string, has: string): string[] => {
  const line = err.split('\n').find((text) => text.includes('microvm ') && text.includes(has)) ?? ''
  return line
    .slice(line.indexOf('microvm ') + 'microvm '.length)
    .trim()
    .split(' ')
}

describe.concurrent('whose machine it is', () => {
  test('a machine of the same name in another project is refused, with both paths, and goes on', async ({
    expect,
  }) => {
    await using rig = openCliRig()
    const [ours, theirs] = [project(rig, 'shop'), project(rig, 'blog')]
    expect(await up(rig, ours)).toMatchObject({ exit: 0 })
    for (const refused of [await up(rig, theirs), await down(rig, theirs), await down(rig, theirs, 'web')]) {
      expect(refused).toMatchObject({ exit: 5 })
      expect(refused.err).toContain('MACHINE_OF_ANOTHER_PROJECT')
      expect(refused.err).toContain(ours)
      expect(refused.err).toContain(theirs)
    }
    expect((await rig.cli('run', 'web', '--file', theirs)).err).toContain(ours)
    expect(await listed(rig)).toMatchObject([
      { name: 'web', status: 'ready', project: 'shop', definition: ours },
    ])
    expect((await rig.cli('ps', '--all')).out).toMatch(/PROJECT[\s\S]*web .* shop /)
    expect(await listed(rig, '--project', 'blog')).toEqual([])

    // The way out that down names, word for word; and down by name from where nothing is defined.
    const advised = await rig.cli(...typed((await down(rig, theirs)).err, `--file ${ours}`))
    expect(advised).toMatchObject({ exit: 0 })
    expect(advised.err).toMatch(/web +stopped +graceful/)
    expect((await rig.cli('down', 'web')).exit).toBe(0)

    // It does not run, and is not another project's all the same: its volumes are kept under its name.
    const refused = await up(rig, theirs)
    expect(refused).toMatchObject({ exit: 5 })
    expect(await rig.cli(...typed(refused.err, '--adopt'))).toMatchObject({ exit: 0 })
    expect(await listed(rig)).toMatchObject([{ project: 'blog', definition: theirs }])
    expect(await up(rig, ours)).toMatchObject({ exit: 5 })
    expect(await down(rig, ours, '--adopt')).toMatchObject({ exit: 0 })
  })

  test('definitions of one project share machines, by the definition or by --project', async ({ expect }) => {
    await using rig = openCliRig()
    const named = 'project = "shop"'
    const [first, second] = [project(rig, 'a', named), project(rig, 'b', named)]
    const [other, bare] = [project(rig, 'c', 'project = "blog"'), project(rig, 'd')]
    expect(await up(rig, first)).toMatchObject({ exit: 0 })
    expect(await up(rig, second)).toMatchObject({ exit: 0 })
    expect(await up(rig, other)).toMatchObject({ exit: 5 })
    expect(await up(rig, first, '--project', 'blog')).toMatchObject({ exit: 5 })
    const refused = await up(rig, bare)
    expect(refused).toMatchObject({ exit: 5 })
    expect(refused.err).toContain('project "shop"')
    expect(await rig.cli(...typed(refused.err, '--project shop'))).toMatchObject({ exit: 0 })
    expect(await up(rig, first, '-p', 'No Name')).toMatchObject({ exit: 2 })
    expect(await listed(rig, '-p', 'shop')).toMatchObject([{ name: 'web', project: 'shop' }])
    // Without a definition at hand the project is enough.
    expect((await rig.cli('down', '-p', 'shop')).err).toMatch(/web +stopped/)
  })

  test('a project folder that was moved is followed, running and stopped; so is one that was copied', async ({
    expect,
  }) => {
    await using rig = openCliRig()
    const old = project(rig, 'old')
    expect(await up(rig, old)).toMatchObject({ exit: 0 })
    keepSomething(rig)
    renameSync(join(rig.folder, 'old'), join(rig.folder, 'moved'))
    const moved = join(rig.folder, 'moved/microvm.toml')
    expect(await up(rig, moved)).toMatchObject({ exit: 0 })
    expect(await listed(rig)).toMatchObject([{ definition: moved }])
    expect(await down(rig, moved)).toMatchObject({ exit: 0 })
    cpSync(join(rig.folder, 'moved'), join(rig.folder, 'copied'), { recursive: true })
    const copied = join(rig.folder, 'copied/microvm.toml')
    expect(await up(rig, copied)).toMatchObject({ exit: 5 })
    rmSync(join(rig.folder, 'moved'), { recursive: true })
    expect(await up(rig, copied)).toMatchObject({ exit: 0 })
    expect(await down(rig, copied)).toMatchObject({ exit: 0 })
  })

  test('what a definition that is gone has left is taken over where nothing was kept, and refused where something was', async ({
    expect,
  }) => {
    await using rig = openCliRig()
    const first = project(rig, 'first')
    const second = project(rig, 'second', '# another one')
    expect(await up(rig, first)).toMatchObject({ exit: 0 })
    rmSync(join(rig.folder, 'first'), { recursive: true })
    expect((await rig.cli('ps')).out).toContain(`runs, but its definition is gone: ${first}`)
    const refused = await down(rig, second)
    expect(refused.err).toContain('which is gone')
    expect(await rig.cli(...typed(refused.err, '--adopt'))).toMatchObject({ exit: 0 })
    keepSomething(rig)
    expect(await up(rig, second)).toMatchObject({ exit: 5 })
    rmSync(join(rig.folder, 's/web/volumes'), { recursive: true })
    expect(await up(rig, second)).toMatchObject({ exit: 0 })
    expect(await down(rig, second)).toMatchObject({ exit: 0 })
  })

  test('a machine that was renamed in its definition is named by up, down and ps, and stopped by its name', async ({
    expect,
  }) => {
    await using rig = openCliRig()
    const file = project(rig, 'shop')
    expect(await up(rig, file)).toMatchObject({ exit: 0 })
    project(rig, 'shop', '', 'front')
    const said = '"web" runs, but microvm.toml no longer defines it. To stop it: microvm down web'
    expect((await up(rig, file)).err).toContain(said)
    expect((await rig.cli('ps')).out).toMatch(/web .*runs, but microvm.toml no longer defines it/)
    expect(await listed(rig)).toMatchObject([
      { name: 'front' },
      { name: 'web', leftBehind: 'runs, but microvm.toml no longer defines it' },
    ])
    expect((await down(rig, file)).err).toContain(said)
    expect((await rig.cli(...typed(said, 'down'))).err).toMatch(/web +stopped +graceful/)
    expect(await listed(rig)).toEqual([])
  })

  test('a unit is its own identity: its definition may lie elsewhere at each start', async ({ expect }) => {
    await using rig = openCliRig()
    const unit = { MICROVM_UNIT: 'microvm@web.service' }
    for (const folder of ['store-1', 'store-2']) {
      const file = project(rig, folder)
      const run = rig.start(['run', 'web', '--file', file], unit)
      await run.said(/web +ready|ready after/)
      run.child.kill('SIGTERM')
      expect((await run.finished).err).not.toContain('MACHINE_OF_ANOTHER_PROJECT')
    }
    const refused = await up(rig, project(rig, 'mine'))
    expect(refused).toMatchObject({ exit: 5 })
    expect(refused.err).toContain('microvm@web.service')
    expect(existsSync(join(rig.folder, 's/web/owner.json'))).toBe(true)
  })
})
