import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findOnPath } from '../../src/host/find-on-path.ts'
import { hostRoot } from './host-root.ts'

const REPOSITORY = resolve(import.meta.dirname, '../..')

/** Where things are in the container. */
export const NODE = '/opt/microvm/node'
export const MICROVM = '/opt/microvm/dist/microvm.mjs'

/** `microvm` on the container's PATH, as a package would put it. */
const LAUNCHER = `#!/bin/sh\nexec ${NODE} ${MICROVM} "$@"\n`

/** The fake QEMU; units take it through their environment. */
const FAKE_QEMU = `#!/bin/sh\nexec ${NODE} /opt/fakes/locking-qemu.ts "$@"\n`
export const USE_FAKE_QEMU = '[Service]\nEnvironment=MICROVM_QEMU=/usr/local/bin/fake-qemu\n'

export type Ran = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

/** A container in which systemd is PID 1. Its root is an overlay: nothing in it outlives it. */
export type SystemdHost = {
  /** Runs a shell script as root and resolves when it has ended, or rejects after `seconds`. */
  readonly sh: (script: string, seconds?: number) => Promise<Ran>
  /** The same, and its stdout; throws when it fails. */
  readonly ok: (script: string, seconds?: number) => Promise<string>
  readonly write: (path: string, text: string, mode?: number) => void
  /** Absolute path, seen from outside. */
  readonly path: (path: string) => string
  /** Waits until a script succeeds. */
  readonly until: (script: string, seconds: number) => Promise<string>
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

const BOOT_MS = 60_000

/** cgroup2 in place of whatever the machine has, in a mount namespace of our own, and a container that keeps our unit. */
const OUTER = `mount --make-rprivate /
umount -R /sys/fs/cgroup || umount -l /sys/fs/cgroup
mount -t cgroup2 cgroup2 /sys/fs/cgroup
exec systemd-nspawn "$@"`

/** @param binds further bind mounts, `from:to`, read-only. */
export const startHost = async ({ binds = [] as readonly string[] } = {}): Promise<SystemdHost> => {
  const folder = mkdtempSync(join(tmpdir(), 'microvm-host-'))
  // A copy: a build while the tests run must not take the program from under the units.
  cpSync(join(REPOSITORY, 'dist'), join(folder, 'dist'), { recursive: true })
  const all = [
    `${REPOSITORY}/node_modules/node/bin/node:${NODE}`,
    `${folder}/dist:/opt/microvm/dist`,
    `${REPOSITORY}/test/fakes:/opt/fakes`,
    `${findOnPath('vhost-device-vsock', process.env)}:/usr/bin/vhost-device-vsock`,
    ...binds,
  ]
  let said = ''
  const nspawn = spawn(
    'setpriv',
    [
      '--pdeathsig=TERM',
      '--',
      'unshare',
      '-m',
      'sh',
      '-ec',
      OUTER,
      'host',
      '--quiet',
      '--boot',
      '--register=no',
      '--keep-unit',
      '--console=pipe',
      // Devices that tests make are of this container alone, and go with it.
      '--private-network',
      '--volatile=overlay',
      `--directory=${hostRoot()}`,
      `--machine=mv-${process.pid}-${folder.slice(-6)}`,
      '--hostname=host',
      ...all.map((bind) => `--bind-ro=${bind}`),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  for (const stream of [nspawn.stdout, nspawn.stderr])
    stream.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-20_000)))

  const leader = await leaderOf(nspawn, () => said)
  const sh = (script: string, seconds = 60): Promise<Ran> => enter(leader, script, seconds)
  const ok = async (script: string, seconds?: number): Promise<string> => {
    const { code, stdout, stderr } = await sh(script, seconds)
    if (code !== 0) throw new Error(`${script}\nended with ${code}\n${stdout}\n${stderr}`)
    return stdout
  }
  const path = (inside: string): string => `/proc/${leader}/root${inside}`
  const host: SystemdHost = {
    sh,
    ok,
    path,
    write: (inside, text, mode = 0o644) => writeFileSync(path(inside), text, { mode }),
    until: async (script, seconds) => {
      for (const deadline = Date.now() + seconds * 1000; ;) {
        const { code, stdout, stderr } = await sh(script)
        if (code === 0) return stdout
        if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${script}\n${stdout}\n${stderr}`)
        await sleep(100)
      }
    },
    [Symbol.asyncDispose]: async () => {
      const exited = new Promise((settle) => nspawn.once('exit', settle))
      await sh('systemctl poweroff --force', 20).catch(() => undefined)
      if ((await Promise.race([exited.then(() => true), sleep(15_000, false)])) === false) {
        nspawn.kill('SIGKILL')
        process.kill(leader, 'SIGKILL')
        await Promise.race([exited, sleep(5_000)])
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
  try {
    const state = (await host.sh('systemctl is-system-running --wait', BOOT_MS / 1000)).stdout.trim()
    host.write('/usr/local/bin/microvm', LAUNCHER, 0o755)
    host.write('/usr/local/bin/fake-qemu', FAKE_QEMU, 0o755)
    if (state !== 'running')
      throw new Error(`the host is "${state}":\n${await host.ok('systemctl --failed')}`)
    return host
  } catch (error) {
    await host[Symbol.asyncDispose]()
    throw error
  }
}

/** systemd of the container, as soon as its D-Bus socket is there to be asked. */
const leaderOf = async (nspawn: ChildProcess, said: () => string): Promise<number> => {
  for (const deadline = Date.now() + BOOT_MS; Date.now() < deadline; await sleep(50)) {
    if (nspawn.exitCode !== null) throw new Error(`the container ended at once:\n${said()}`)
    const children = read(`/proc/${nspawn.pid}/task/${nspawn.pid}/children`).trim().split(' ')
    const leader = Number(children[0])
    if (leader > 0 && read(`/proc/${leader}/comm`).trim() === 'systemd') {
      const { code } = await enter(leader, 'test -S /run/systemd/private', 10).catch(() => ({ code: 1 }))
      if (code === 0) return leader
    }
  }
  throw new Error(`the container did not come up:\n${said()}`)
}

const read = (path: string): string => {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

const enter = (leader: number, script: string, seconds: number): Promise<Ran> =>
  new Promise((settle, reject) => {
    const child = spawn(
      'nsenter',
      [
        '--target',
        String(leader),
        '--all',
        '--wdns=/',
        'timeout',
        '-k',
        '5',
        String(seconds),
        'sh',
        '-c',
        script,
      ],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
          HOME: '/root',
          LANG: 'C.UTF-8',
        },
      },
    )
    const began = Date.now()
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    child.on('error', reject)
    child.on('close', (code) =>
      code === 124 && Date.now() - began >= seconds * 1000
        ? reject(new Error(`not within ${seconds} s: ${script}\n${stdout}\n${stderr}`))
        : settle({ code, stdout, stderr }),
    )
  })
