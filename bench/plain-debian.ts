import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { runProgram } from '../src/host/run-program.ts'
import { aptConfOf } from '../src/images/debian/apt-conf.ts'
import { sourcesFor } from '../src/images/debian/mirror.ts'
import { readMirror } from '../src/images/debian/read-mirror.ts'

export type PlainDebian = { readonly kernel: string; readonly initrd: string; readonly root: string }

/** The packages of our own images, and Debian's own initrd. */
const PACKAGES = [
  'systemd',
  'systemd-sysv',
  'dbus',
  'udev',
  'kmod',
  'initramfs-tools',
  'linux-image-cloud-amd64',
]

/**
 * Debian as mmdebstrap(1) leaves it, on ext4, with the initrd its kernel package makes; built once into `folder`. Needs root, because the
 * files of the image belong to root.
 */
export const plainDebian = async (
  suite: string,
  folder: string,
  say: (line: string) => void,
): Promise<PlainDebian> => {
  const places = (base: string): PlainDebian => ({
    kernel: join(base, 'kernel'),
    initrd: join(base, 'initrd'),
    root: join(base, 'root.ext4'),
  })
  if (existsSync(folder)) return places(folder)
  say(`building a plain Debian ${suite} to compare with; this takes a minute or two`)
  const building = `${folder}.building`
  rmSync(building, { recursive: true, force: true })
  const tree = join(building, 'tree')
  mkdirSync(tree, { recursive: true, mode: 0o755 })
  const { stdout: dump } = await runProgram('apt-config', ['dump'])
  const options = ['Acquire::Check-Valid-Until "false"', ...aptConfOf(dump)]
  await runProgram('mmdebstrap', [
    '--mode=root',
    '--variant=minbase',
    '--format=directory',
    `--include=${PACKAGES.join(',')}`,
    ...options.map((option) => `--aptopt=${option.replace(/;$/, '')}`),
    suite,
    tree,
    ...sourcesFor(suite, readMirror(process.env)),
  ])
  const { kernel, initrd, root } = places(building)
  const boot = join(tree, 'boot')
  const named = (prefix: string): string =>
    join(boot, readdirSync(boot).find((name) => name.startsWith(prefix)) ?? prefix)
  copyFileSync(named('vmlinuz-'), kernel)
  copyFileSync(named('initrd.img-'), initrd)
  await runProgram('mkfs.ext4', ['-q', '-F', '-L', 'root', '-d', tree, root, '2G'])
  rmSync(tree, { recursive: true, force: true })
  renameSync(building, folder)
  return places(folder)
}
