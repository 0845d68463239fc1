import { spawnSync } from 'node:child_process'
import { copyFileSync, constants, cpSync, mkdtempSync, mkdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { findDirectories } from '../src/host/directories.ts'
import { type Bench, compare, interleave } from './bench.ts'
import { type Compiled, startByHand } from './hand-started.ts'
import { plainDebian, type PlainDebian } from './plain-debian.ts'

const ROOT = resolve(import.meta.dirname, '..')
const ROUNDS = 5
const TARGETS = { byHand: 1.05, plain: 0.6 }

/** Definition → READY=1 of examples/hello, three ways, in turns. */
export const boot: Bench = {
  name: 'boot',
  about: 'microvm up -d of examples/hello, versus the same QEMU by hand, versus an untouched Debian',
  heavy: true,
  run: async (say) => {
    // Sockets need short paths.
    const folder = mkdtempSync(join(tmpdir(), 'bb-'))
    const env = directoriesIn(folder, 'up')
    cpSync(join(ROOT, 'examples/hello/microvm.toml'), join(folder, 'microvm.toml'))
    try {
      // Builds the image, and fills the page cache.
      microvm(folder, env, 'up', '-d')
      microvm(folder, env, 'down', '--force')
      const hand = compiled(folder, directoriesIn(folder, 'hand'))
      const plain =
        process.getuid?.() === 0
          ? await plainDebian(
              'trixie',
              join(findDirectories(process.env, 0).cache, 'bench-plain-trixie'),
              say,
            )
          : undefined
      const withPlain = compiled(folder, directoriesIn(folder, 'plain'))
      const contenders = {
        up: () => {
          const since = performance.now()
          microvm(folder, env, 'up', '-d')
          const took = performance.now() - since
          microvm(folder, env, 'down', '--force')
          say(`up       ${seconds(took)}`)
          return took
        },
        hand: async () => {
          const took = await startByHand(hand, join(folder, 'hand/hello/vsock.sock_1234'))
          say(`by hand  ${seconds(took)}`)
          return took
        },
        plain: async () => {
          if (plain === undefined) return Number.NaN
          // Every boot is its first one, as with our own images, which forget.
          const disk = join(folder, 'root.ext4')
          copyFileSync(plain.root, disk, constants.COPYFILE_FICLONE)
          const took = await startByHand(
            onPlainDebian(withPlain, { ...plain, root: disk }),
            join(folder, 'plain/hello/vsock.sock_1234'),
          )
          say(`plain    ${seconds(took)}`)
          return took
        },
      }
      const samples = await interleave(ROUNDS, contenders, 0)
      const figure = (name: string, theirs: readonly number[], target: number) =>
        compare('definition → READY=1, microvm up -d', samples.up, name, theirs, seconds, target)
      return [
        figure('the same QEMU by hand', samples.hand, TARGETS.byHand),
        ...(plain === undefined
          ? []
          : [figure("Debian's own initrd and untouched image", samples.plain, TARGETS.plain)]),
      ]
    } finally {
      microvm(folder, env, 'down', '--force')
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`

const directoriesIn = (folder: string, name: string): NodeJS.ProcessEnv => {
  mkdirSync(join(folder, name), { mode: 0o700 })
  return {
    ...process.env,
    MICROVM_RUNTIME_DIR: join(folder, name),
    MICROVM_STATE_DIR: join(folder, `${name}-state`),
  }
}

const microvm = (cwd: string, env: NodeJS.ProcessEnv, ...args: string[]): string => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'dist/microvm.mjs'), ...args], {
    cwd,
    env,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`microvm ${args.join(' ')} ended with ${status}: ${stderr}`)
  return stdout
}

const compiled = (cwd: string, env: NodeJS.ProcessEnv): Compiled => {
  const [machine] = JSON.parse(microvm(cwd, env, 'compile', '--print', 'json')) as Compiled[]
  if (machine === undefined) throw new Error('nothing was compiled')
  return machine
}

/** The same machine with another kernel, initrd and disk. */
const onPlainDebian = ({ vmm, ...rest }: Compiled, { kernel, initrd, root }: PlainDebian): Compiled => {
  const args = [...vmm.args]
  const set = (flag: string, value: (old: string) => string): void => {
    const at = args.indexOf(flag) + 1
    if (at === 0) throw new Error(`QEMU's command line has no ${flag}`)
    args[at] = value(args[at] ?? '')
  }
  set('-kernel', () => kernel)
  set('-initrd', () => initrd)
  set('-append', (cmdline) => `root=/dev/vda rw ${cmdline}`)
  set('-blockdev', (old) => {
    const disk = JSON.parse(old) as { file: Record<string, unknown> } & Record<string, unknown>
    return JSON.stringify({
      ...disk,
      'read-only': false,
      file: { ...disk.file, 'read-only': false, filename: root },
    })
  })
  return { ...rest, vmm: { ...vmm, args } }
}
