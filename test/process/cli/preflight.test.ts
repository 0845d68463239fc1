import { execFileSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync, readFileSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { type CliRig, machine, openCliRig } from './cli-rig.ts'

const qemuImg = (folder: string, ...args: string[]): void => {
  execFileSync('qemu-img', args, { cwd: folder, stdio: 'ignore' })
}

const volume = (image: string, more = ''): string => `[[machines.web.volumes]]\nimage = "${image}"\n${more}\n`

/** What `plan` says of a machine with these volumes. */
const planned = async (rig: CliRig, ...volumes: string[]) => {
  rig.write('microvm.toml', `${machine('web')}${volumes.join('')}`)
  return rig.cli('plan')
}

describe.concurrent('before a start: disks', () => {
  test('what an image says of itself is compared with the definition, and refused by name', async ({ expect }) => {
    await using rig = openCliRig()
    const { folder } = rig
    const at = (name: string): string => join(folder, name)
    qemuImg(folder, 'create', '-f', 'qcow2', 'base.qcow2', '8M')
    qemuImg(folder, 'create', '-f', 'qcow2', '-b', 'base.qcow2', '-F', 'qcow2', 'over.qcow2')
    qemuImg(folder, 'create', '-f', 'qcow2', '-o', 'data_file=elsewhere.raw', 'data.qcow2', '8M')
    const secret = ['--object', 'secret,id=s,data=abc', '-o', 'encrypt.format=luks,encrypt.key-secret=s,encrypt.iter-time=10'] // prettier-ignore
    qemuImg(folder, 'create', '-f', 'qcow2', ...secret, 'locked.qcow2', '1M')
    qemuImg(folder, 'create', '-f', 'vmdk', 'foreign.vmdk', '8M')
    writeFileSync(at('plain.img'), '')
    truncateSync(at('plain.img'), 2 ** 20)
    mkdirSync(at('folder'))
    const { exit, err } = await planned(
      rig,
      volume(at('base.qcow2')),
      volume(at('over.qcow2'), 'imageType = "qcow2"'),
      volume(at('data.qcow2'), 'imageType = "qcow2"'),
      volume(at('locked.qcow2'), 'imageType = "qcow2"'),
      volume(at('foreign.vmdk'), 'readOnly = true'),
      volume(at('plain.img'), 'imageType = "qcow2"'),
      volume(at('folder')),
    )
    expect(exit).toBe(2)
    expect(err).toContain(`volume "${at('base.qcow2')}" is in qcow2 format, and the definition says raw`)
    expect(err).toContain('lies on a backing file, base.qcow2, which the definition does not allow')
    expect(err).toContain('keeps its data in another file, elsewhere.raw')
    expect(err).toContain(`volume "${at('locked.qcow2')}" is encrypted`)
    expect(err).toContain('is in vmdk format, and the definition says raw')
    expect(err).toContain('is in no format that could be recognised, and the definition says qcow2')
    expect(err).toContain('is a directory')
  }) // prettier-ignore

  test('the same before up and run, of a root disk, and without qemu-img', async ({ expect }) => {
    await using rig = openCliRig()
    qemuImg(rig.folder, 'create', '-f', 'qcow2', 'root.qcow2', '8M')
    qemuImg(rig.folder, 'create', '-f', 'qcow2', '-b', 'root.qcow2', '-F', 'qcow2', 'over.qcow2')
    const root = (more: string): string =>
      `[machines.web]\nhypervisor = "qemu"\nimage = { kernel = "vmlinuz", ${more} }\n`
    rig.write('microvm.toml', root('root = "root.qcow2"'))
    for (const verb of [
      ['up', '-d'],
      ['run', 'web'],
    ]) {
      const { exit, err } = await rig.cli(...verb)
      expect(exit).toBe(2)
      expect(err).toContain('The image of the root disk is in qcow2 format')
      expect(err).toContain('rootImageType = "qcow2"')
    }
    rig.write('microvm.toml', root('root = "over.qcow2", rootImageType = "qcow2"'))
    expect((await rig.cli('plan')).err).toContain('lies on a backing file, root.qcow2')
    const without = await rig.start(['plan'], { MICROVM_QEMU_IMG: '/no/such/program' }).finished
    expect(without.err).toContain('cannot be looked at: qemu-img is not installed')
    expect(without.exit).toBe(6)
  })

  test('with backingFiles the chain is followed, link by link', async ({ expect }) => {
    await using rig = openCliRig()
    const { folder } = rig
    const at = (name: string): string => join(folder, name)
    qemuImg(folder, 'create', '-f', 'qcow2', 'base.qcow2', '8M')
    qemuImg(folder, 'create', '-f', 'qcow2', '-b', 'base.qcow2', '-F', 'qcow2', 'middle.qcow2')
    for (const name of ['good', 'lying', 'network'])
      qemuImg(folder, 'create', '-f', 'qcow2', '-b', 'middle.qcow2', '-F', 'qcow2', `${name}.qcow2`)
    qemuImg(folder, 'create', '-f', 'qcow2', '-b', 'base.qcow2', '-F', 'qcow2', 'gone.qcow2')
    qemuImg(folder, 'rebase', '-u', '-F', 'raw', '-b', 'middle.qcow2', 'lying.qcow2')
    qemuImg(folder, 'rebase', '-u', '-F', 'raw', '-b', 'nbd://127.0.0.1:1/x', 'network.qcow2')
    qemuImg(folder, 'rebase', '-u', '-F', 'qcow2', '-b', 'nowhere.qcow2', 'gone.qcow2')
    const chained = (name: string): string => volume(at(name), 'imageType = "qcow2"\nbackingFiles = true')
    qemuImg(folder, 'create', '-f', 'qcow2', '-b', 'base.qcow2', '-F', 'qcow2', 'loop.qcow2')
    qemuImg(folder, 'rebase', '-u', '-F', 'qcow2', '-b', 'loop.qcow2', 'loop.qcow2')
    // Without its first header extension, which is the format of the backing file (QEMU's docs/interop/qcow2.rst).
    qemuImg(folder, 'create', '-f', 'qcow2', '-b', 'middle.qcow2', '-F', 'qcow2', 'silent.qcow2')
    const header = readFileSync(at('silent.qcow2'))
    header.fill(0, header.readUInt32BE(100), header.readUInt32BE(100) + 8)
    writeFileSync(at('silent.qcow2'), header)
    const good = await planned(rig, chained('good.qcow2'))
    expect(good).toMatchObject({ exit: 0, err: '' })
    const { err } = await planned(
      rig,
      chained('lying.qcow2'),
      chained('network.qcow2'),
      chained('gone.qcow2'),
      chained('silent.qcow2'),
      chained('loop.qcow2'),
    )
    expect(err).toContain('is in qcow2 format, and the image above it says raw')
    expect(err).toContain('lies on nbd://127.0.0.1:1/x, which is no path of a file')
    expect(err).toContain('It lies on itself.')
    expect(err).toContain('does not say in which format its backing file middle.qcow2 is')
    expect(err).toContain(`qemu-img rebase -u -F qcow2 -b middle.qcow2 ${at('silent.qcow2')}`)
    expect(err).toMatch(/The backing file \S+nowhere\.qcow2 of .* is not there/)
  })

  test('an image marked as corrupt is not written to', async ({ expect }) => {
    await using rig = openCliRig()
    const image = join(rig.folder, 'hurt.qcow2')
    qemuImg(rig.folder, 'create', '-f', 'qcow2', image, '8M')
    // Incompatible features, bit 1 (QEMU's docs/interop/qcow2.rst).
    const file = openSync(image, 'r+')
    writeSync(file, '\x02', 79)
    closeSync(file)
    const written = await planned(rig, volume(image, 'imageType = "qcow2"'))
    expect(written.exit).toBe(1)
    expect(written.err).toContain('error DISK_DAMAGED')
    expect(written.err).toContain(`qemu-img check -r all ${image}`)
    const read = await planned(rig, volume(image, 'imageType = "qcow2"\nreadOnly = true'))
    expect(read.exit).toBe(0)
    expect(read.err).toContain('warning DISK_DAMAGED')
  })

  test('a volume that is there and is not as defined is named, in the text and in JSON', async ({
    expect,
  }) => {
    await using rig = openCliRig()
    const image = join(rig.folder, 'data.img')
    writeFileSync(image, '')
    truncateSync(image, 8 * 2 ** 20)
    execFileSync('/sbin/mkfs.ext4', ['-q', image])
    const changed = volume(image, 'size = "64M"\nfsType = "vfat"')
    const { exit, out, err } = await planned(rig, changed)
    expect(exit).toBe(0)
    expect(out).toContain(`${image} (8 MiB, ext4)`)
    expect(out).toContain('although the definition says size = "64M" and fsType = "vfat"')
    expect(err).toContain('warning DISK_MISMATCH')
    expect(err).toContain('has 8 MiB, and the definition says 64 MiB')
    expect(err).toContain('holds ext4, and the definition says vfat')
    const [plan] = JSON.parse((await rig.cli('plan', '--json')).out) as [{ steps: { do: string }[] }]
    expect(plan.steps).toContainEqual(expect.objectContaining({ do: 'use-volume' }))
    expect((await rig.cli('up', '-d')).err).toContain('has 8 MiB, and the definition says 64 MiB')
    await rig.cli('down')
  })
})

describe.concurrent('before a start: the host', () => {
  test('sources of shares, programs that make file systems, and ports are looked at by plan', async ({
    expect,
  }) => {
    await using rig = openCliRig({ PATH: `${process.execPath.replace(/\/[^/]*$/, '')}:/usr/bin:/bin` })
    const tcp = createServer().listen(0, '127.0.0.1')
    await once(tcp, 'listening')
    const udp = createSocket('udp4').bind(0, '127.0.0.1')
    await once(udp, 'listening')
    const { port: tcpPort } = tcp.address() as { port: number }
    const { port: udpPort } = udp.address()
    rig.write(
      'microvm.toml',
      `${machine('web')}
shares = [{ tag = "src", source = "/no/such/directory", mountPoint = "/src" }]
${volume('a.img', 'size = "1G"\nimageType = "qcow2"')}
[[machines.web.interfaces]]
type = "user"
id = "net"
forwardPorts = [
  { host.port = ${tcpPort}, guest.port = 80 },
  { proto = "udp", host.port = ${udpPort}, guest.port = 53 },
  { host = { address = "192.0.2.1", port = 8080 }, guest.port = 81 },
]
`,
    )
    const { exit, err } = await rig.start(['plan'], {
      MICROVM_QEMU_IMG: '/no/such/program',
      MICROVM_VIRTIOFSD: rig.env['MICROVM_QEMU'],
    }).finished
    expect(exit).not.toBe(0)
    expect(err).toContain("The share's source does not exist: /no/such/directory")
    expect(err).toContain('qemu-img is not installed')
    expect(err).toContain(`Another program already listens on tcp 127.0.0.1:${tcpPort}`)
    expect(err).toContain(`Another program already listens on udp 127.0.0.1:${udpPort}`)
    expect(err).toContain('No interface of this host has the address 192.0.2.1')
    tcp.close()
    udp.close()
  })

  test('a guest too old to say that it is ready is refused before it is built, by validate', async ({
    expect,
  }) => {
    await using rig = openCliRig()
    rig.write('microvm.toml', '[machines.old.image.debian]\nsuite = "bookworm"\n')
    for (const verb of ['validate', 'plan', 'up']) {
      const { exit, err } = await rig.cli(verb)
      expect(exit).toBe(2)
      expect(err).toContain('The image of Debian bookworm will have systemd 252; this came with version 254')
    }
    rig.write(
      'microvm.toml',
      '[machines.old]\nready = "process"\n[machines.old.image.debian]\nsuite = "bookworm"\n',
    )
    expect((await rig.cli('validate')).exit).toBe(0)
  })
})

describe.concurrent('for another host', () => {
  test('compile and plan say what would run there, and what they assume', async ({ expect }) => {
    await using rig = openCliRig({ MICROVM_CLOUD_HYPERVISOR: '/no/such/program' })
    rig.write('microvm.toml', machine('web').replace('hypervisor = "qemu"', ''))
    const compiled = await rig.cli('compile', '--for', 'cloud-hypervisor')
    expect(compiled).toMatchObject({ exit: 0, err: '' })
    expect(compiled.out).toMatch(
      /^# web: for another host\. Assumed, not found here: .*cloud-hypervisor 53\.0/,
    )
    expect(compiled.out).toContain('/api/v1/vm.create')
    const json = JSON.parse((await rig.cli('compile', '--json', '--for', 'cloud-hypervisor')).out) as [object]
    expect(json[0]).toMatchObject({ assumed: expect.arrayContaining(['cloud-hypervisor 53.0']) as string[] })
    const plan = await rig.cli('plan', '--for', 'cloud-hypervisor')
    expect(plan.out).toContain('another host')
    expect((await rig.cli('compile', '--for', 'firecracker')).exit).toBe(2)
  })
})
