import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openRig, type Rig } from '../rig/microvm-rig.ts'
import { guest } from '../guest/definitions.ts'
import { findCloudHypervisor } from './find-cloud-hypervisor.ts'

type Line = { name?: string; ok?: boolean; why?: string; seconds?: number; done?: boolean }

const ROOT = resolve(import.meta.dirname, '../..')
const NAMES = [
  ...readFileSync(join(import.meta.dirname, 'scenarios.mjs'), 'utf8').matchAll(/^ {2}'(.+)': async/gm),
].map((match) => match[1] ?? '')

/** What the machines of the emulated host need of it beside cloud-hypervisor. */
const PACKAGES = ['iproute2', 'passt', 'swtpm', 'virtiofsd']

let rig: Rig

/**
 * The emulated host is a machine of ours: the image of examples/hello under software emulation, whose CPU has SVM. The
 * inner guests boot the same image. It gets what it needs on a read-only EROFS volume, and tells results on its console.
 */
beforeAll(async () => {
  rig = openRig()
  rig.write('image.toml', guest('image'))
  const built = await rig.run(['image', 'build', '-f', 'image.toml', '--json'], 600)
  expect(built, built.stderr).toMatchObject({ exitCode: 0 })
  const image = findImage(JSON.parse(built.stdout))

  const payload = join(rig.folder, 'payload')
  mkdirSync(payload)
  cpSync(process.execPath, join(payload, 'node'))
  for (const [name, path] of Object.entries(findCloudHypervisor() ?? {})) cpSync(path, join(payload, name))
  cpSync(join(ROOT, 'dist'), join(payload, 'dist'), { recursive: true })
  cpSync(image, join(payload, 'image'), { recursive: true })
  cpSync(join(import.meta.dirname, 'scenarios.mjs'), join(payload, 'scenarios.mjs'))
  execFileSync('truncate', ['-s', '32M', join(payload, 'disk.img')])
  execFileSync('/usr/sbin/mkfs.ext4', ['-q', join(payload, 'disk.img')], { stdio: 'ignore' })
  execFileSync('mkfs.erofs', [join(rig.folder, 'payload.erofs'), payload], { stdio: 'ignore' })

  rig.write(
    'microvm.toml',
    guest(
      'emulated',
      'hypervisor = "qemu"\nvcpu = 2\nstartTimeout = "60s"\nconsole = { device = "serial", login = false }'.replace(
        'mem = "512M"',
        '',
      ),
      `
[[machines.NAME.interfaces]]
type = "user"
id = "uplink"
[[machines.NAME.volumes]]
image = "${rig.folder}/payload.erofs"
readOnly = true
serial = "payload"
[machines.NAME.credentials]
"systemd.extra-unit.scenarios.service" = """
[Unit]
After=multi-user.target
[Service]
Type=exec
TimeoutStartSec=infinity
ExecStartPre=modprobe kvm_amd
ExecStartPre=-modprobe tun
ExecStartPre=mkdir -p /tmp/p
ExecStartPre=mount -t tmpfs -o size=1G tmpfs /tmp
ExecStartPre=mkdir -p /run/payload
ExecStartPre=mount -t erofs -o ro /dev/disk/by-id/virtio-payload /run/payload
ExecStartPre=sh -c "mkdir -p /payload && mount --bind /run/payload /payload"
ExecStart=/payload/node /payload/scenarios.mjs ${process.env['NESTED_ONLY'] ?? ''}
StandardOutput=tty
StandardError=tty
TTYPath=/dev/ttyS0
"""
"systemd.unit-dropin.multi-user.target" = """
[Unit]
Wants=scenarios.service
"""
`,
    )
      .replace('mem = "512M"', 'mem = "3G"')
      .replace('suite = "trixie"', `suite = "trixie"\npackages = ${JSON.stringify(PACKAGES)}`),
  )
  const up = await rig.run(['up', '-d'], 600)
  expect(up, up.stderr).toMatchObject({ exitCode: 0 })
}, 900_000)

afterAll(async () => {
  await rig?.[Symbol.asyncDispose]()
})

const findImage = (value: unknown): string => {
  const text = JSON.stringify(value)
  const kernel = /"kernel":"([^"]+)\/kernel"/.exec(text) ?? /"path":"([^"]+)"/.exec(text)
  if (kernel?.[1] === undefined) throw new Error(`no path of an image in ${text}`)
  return kernel[1]
}

const lines = (): Line[] =>
  readFileSync(join(rig.folder, 'state/emulated/console.log'), 'utf8')
    .split(/\r?\n/)
    .flatMap((line) => {
      const at = line.indexOf('NESTED {')
      if (at < 0) return []
      try {
        return [JSON.parse(line.slice(at + 7)) as Line]
      } catch {
        return []
      }
    })

test.each(NAMES)(
  '%s',
  async (name) => {
    for (const deadline = Date.now() + 560_000; ; await sleep(500)) {
      const found = lines().find((line) => line.name === name)
      if (found !== undefined) {
        expect(found.ok, found.why).toBe(true)
        return
      }
      if (lines().some((line) => line.done === true)) throw new Error('it was not played')
      if (Date.now() > deadline)
        throw new Error(
          `nothing said of it; the console ends:\n${readFileSync(join(rig.folder, 'state/emulated/console.log'), 'utf8').slice(-2500)}`,
        )
    }
  },
  600_000,
)
