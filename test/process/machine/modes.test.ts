import { lstatSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'vitest'
import { openProgram } from './program.ts'

/** Started by this the supervisor would let everybody in; so would the fakes, which set no modes themselves. */
const OPEN_TO_ALL = ['sh', '-c', 'umask 000; exec "$@"', 'sh']
const SOCKETS = ['qmp', 'vhost-vsock', 'console-vmm', 'console', 'control', 'virtiofsd-fs0'].map(
  (name) => `${name}.sock`,
)
const DEFINITION = 'sharedMem = true\nshares = [{ source = "shared", tag = "data" }]'

/** Name and mode of everything below a directory, and of the directory itself. */
const modesIn = (root: string): { sockets: string[]; modes: Record<string, string> } => {
  const names = ['.', ...readdirSync(root, { recursive: true, encoding: 'utf8' })]
  const found = names.map((name) => [name, lstatSync(join(root, name))] as const)
  return {
    sockets: found.flatMap(([name, stat]) => (stat.isSocket() ? [name] : [])).sort(),
    modes: Object.fromEntries(
      found.flatMap(([name, stat]) => {
        const mode = (stat.mode & 0o7777).toString(8)
        return mode === (stat.isDirectory() ? '700' : '600') ? [] : [[name, mode]]
      }),
    ),
  }
}

test.concurrent.for([
  ['run', 'web'],
  ['up', '--detach'],
])('whatever the umask of "microvm %s %s", what belongs to a running machine is its user’s alone', async (args, { expect }) => {
  await using program = openProgram(DEFINITION)
  mkdirSync(join(program.folder, 'shared'))
  const run = program.start(args, OPEN_TO_ALL)
  await program.event(({ kind }) => kind === 'guest-ready')
  const { run: sockets, state } = program.places
  expect(modesIn(sockets)).toEqual({ sockets: [...SOCKETS, 'vsock.sock', 'vsock.sock_1234'].sort(), modes: {} })
  expect(modesIn(state)).toEqual({ sockets: [], modes: {} })
  expect(await program.run('down', 'web')).toMatchObject({ exit: 0 })
  expect(await run.ended).toMatchObject({ exit: 0 })
  await program.gone()
}) // prettier-ignore
