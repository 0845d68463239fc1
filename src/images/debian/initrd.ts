import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cpio, type CpioEntry } from './cpio.ts'
import { initScript } from './init-script.ts'

const DIRECTORY = 0o040755
const EXECUTABLE = 0o100755
const FILE = 0o100644
const LINK = 0o120777

/** What the init script uses of busybox; that Debian's has all of it is checked when an image is built. */
export const APPLETS = [
  'chroot',
  'grep',
  'insmod',
  'ln',
  'mkdir',
  'mount',
  'poweroff',
  'sh',
  'sleep',
  'switch_root',
  'umount',
]

/**
 * The initrd: busybox, the init script, and the modules the customize script has put, decompressed and numbered in the order
 * they are to be loaded, into `parts/modules`.
 */
export const makeInitrd = (parts: string): Buffer => {
  const modules = readdirSync(join(parts, 'modules')).map((name): CpioEntry => ({
    name: `modules/${name}`,
    mode: FILE,
    data: readFileSync(join(parts, 'modules', name)),
  }))
  return cpio([
    ...['bin', 'dev', 'lower', 'modules', 'proc', 'root', 'sys', 'upper'].map((name) => ({
      name,
      mode: DIRECTORY,
    })),
    { name: 'init', mode: EXECUTABLE, data: Buffer.from(initScript) },
    { name: 'bin/busybox', mode: EXECUTABLE, data: readFileSync(join(parts, 'busybox')) },
    ...APPLETS.map((name) => ({ name: `bin/${name}`, mode: LINK, data: Buffer.from('busybox') })),
    ...modules,
  ])
}
