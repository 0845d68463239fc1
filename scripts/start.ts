import { resolve } from 'node:path'
import { runInTerminal } from '../src/host/run-in-terminal.ts'
import { setUp } from './set-up/set-up.ts'

/** `npm start`: set-up, build, and the first machine, up to its READY=1. */
const root = resolve(import.meta.dirname, '..')
process.chdir(root)

const start = async (): Promise<number> => {
  if (!(await setUp({ args: process.argv.slice(2), quiet: true }))) return 1
  const built = await runInTerminal('npm', ['run', '--silent', 'build'])
  if (built !== 0) return built
  process.env['MICROVM_COMMAND'] = 'bin/microvm'
  const status = await runInTerminal('node', [
    'dist/microvm.mjs',
    '-f',
    'examples/hello/microvm.toml',
    'up',
    '-d',
  ])
  if (status === 0) console.log(next)
  return status
}

const next = `
In this clone, "microvm" is bin/microvm. On the console, log in as root, without a password:

  bin/microvm console hello

The definition of the machine is examples/hello/microvm.toml.`

process.exitCode = await start()
