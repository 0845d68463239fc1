import { spawn } from 'node:child_process'
import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, test } from 'vitest'
import { mayMount } from '../may-mount.ts'
import { machine } from './cli-rig.ts'

const ROOT = resolve(import.meta.dirname, '../../..')
/** Nobody's, on any host: neither a person's nor one of those systemd gives out. */
const USER = 61_299
const LACKS =
  process.getuid?.() !== 0
    ? 'only root can become somebody else'
    : mayMount
      ? undefined
      : 'this user may not mount in a namespace (unshare -m)'
if (LACKS !== undefined) console.warn(`SKIPPED: a second user beside root's machines, because ${LACKS}`)

/**
 * What a host is like where root has a machine "web", and the program is installed: everything below /mnt, readable for all, and the second user's home.
 * With "hidden" there is a definition of it in /etc that only root may read.
 */
const SETUP = `
set -e
mount -t tmpfs -o mode=755 tmpfs /run
mount -t tmpfs -o mode=755 tmpfs /var/lib
mount -t tmpfs -o mode=755 tmpfs /var/cache
for d in /run /var/lib /var/cache; do mkdir -m 700 $d/microvm; mkdir -m 700 $d/microvm/web; done
echo '{}' >/var/lib/microvm/web/record.json
echo hello >/var/lib/microvm/web/console.log
mount -t tmpfs -o mode=755 tmpfs /mnt
mkdir /mnt/home /mnt/dist /mnt/fakes /mnt/bin
touch /mnt/bin/node
if [ "$2" = hidden ]; then
  mkdir -p /mnt/etc/microvm
  cp -a /etc/passwd /etc/group /etc/nsswitch.conf /etc/ld.so.cache /mnt/etc/ 2>/dev/null || true
  (umask 077; echo '[machines.web]' >/mnt/etc/microvm/web.toml)
  mount --bind /mnt/etc /etc
fi
mount --bind "$HOME_FOLDER" /mnt/home
mount --bind "$ROOT_FOLDER/dist" /mnt/dist
mount --bind "$ROOT_FOLDER/test/fakes" /mnt/fakes
mount --bind "$NODE" /mnt/bin/node
cd /mnt/home/"$1"
shift 2
exec setpriv --reuid ${USER} --regid ${USER} --clear-groups -- env -i HOME=/mnt/home PATH=/mnt/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  XDG_RUNTIME_DIR=/mnt/home/run MICROVM_QEMU=/mnt/fakes/fake-qemu-system-x86_64.ts \
  MICROVM_VHOST_DEVICE_VSOCK=/mnt/fakes/fake-helper.ts node /mnt/dist/microvm.mjs "$@"
`

const folder = mkdtempSync(join(tmpdir(), 'mvu-'))
const home = join(folder, 'home')
for (const path of ['', 'run', 'empty', 'own']) {
  mkdirSync(join(home, path), { mode: 0o700 })
  chownSync(join(home, path), USER, USER)
}
writeFileSync(join(home, 'own/microvm.toml'), machine('web'))
writeFileSync(join(home, 'own/root.erofs'), 'root')
const kernel = Buffer.alloc(0x400)
kernel.write('HdrS', 0x202, 'latin1')
writeFileSync(join(home, 'own/vmlinuz'), kernel)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Ran = { readonly exit: number | null; readonly text: string }

const asUser = (where: 'empty' | 'own', definition: 'none' | 'hidden', ...args: string[]): Promise<Ran> =>
  new Promise((done) => {
    const child = spawn('unshare', ['-m', 'sh', '-c', SETUP, 'sh', where, definition, ...args], {
      env: { ...process.env, HOME_FOLDER: home, ROOT_FOLDER: ROOT, NODE: process.execPath },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let text = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
    child.on('close', (exit) => done({ exit, text }))
  })

/** What is done with a name; none of it starts anything. */
const BY_NAME = [
  'ps web',
  'logs web',
  'logs --follow web',
  'console web',
  'events web',
  'down web',
  'down --force web',
  'stop web',
  'pause web',
  'resume web',
  'rm web',
  'rm --force --volumes web',
]
/** What needs a definition, and finds none, or one that is root's alone. */
const BY_DEFINITION = ['validate', 'plan', 'compile', 'up --detach', 'run', 'start', 'restart'].map(
  (verb) => `${verb} web`,
)
const ALL = ['ps', 'ps --all', 'ps --json', 'logs', 'events', 'down', 'down --all', 'image ls']

describe.skipIf(LACKS !== undefined)('a second user beside root’s machine', () => {
  test('sees no machine, whatever the verb', async ({ expect }) => {
    const ran = (line: string) => asUser('empty', 'hidden', ...line.split(' '))
    for (const line of ALL) {
      const { exit, text } = await ran(line)
      expect(exit, `${line}\n${text}`).toBe(0)
      expect(text, line).not.toMatch(/EACCES|INTERNAL|web/)
    }
    for (const line of BY_NAME) {
      const { exit, text } = await ran(line)
      expect(exit, `${line}\n${text}`).toBe(4)
      expect(text, line).toContain('MACHINE_UNKNOWN')
      expect(text, line).not.toMatch(/EACCES|INTERNAL/)
    }
    const { exit, text } = await ran('wait web --timeout 1s')
    expect(exit, text).toBe(124)
    expect(text).toContain('It is not started.')
  })

  test.for([
    ['none', 4, 'DEFINITION_NOT_FOUND'],
    ['hidden', 77, 'DEFINITION_UNREADABLE'],
  ] as const)('is told what keeps it from starting one: definition %s', async ([definition, status, code], { expect }) => {
    for (const line of BY_DEFINITION) {
      const { exit, text } = await asUser('empty', definition, ...line.split(' '))
      expect(exit, `${line}\n${text}`).toBe(status)
      expect(text, line).toContain(code)
      expect(text, line).not.toMatch(/INTERNAL|lstat/)
    }
  }) // prettier-ignore

  test('may have a machine of the same name', async ({ expect }) => {
    const lines = ['validate', 'plan', 'up --detach', 'ps web', 'logs web', 'restart web', 'stop web', 'start web', 'down web', 'rm web'] // prettier-ignore
    for (const line of lines) {
      const { exit, text } = await asUser('own', 'hidden', ...line.split(' '))
      expect(exit, `${line}\n${text}`).toBe(0)
      expect(text, line).not.toMatch(/^error/m)
    }
  })
})
