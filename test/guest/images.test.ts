import { expect, test } from 'vitest'
import { openRig, type ConsoleSession, type Rig } from '../rig/microvm-rig.ts'
import { guest } from './definitions.ts'

const up = async (rig: Rig): Promise<void> => {
  const finished = await rig.run(['up', '-d'], 300)
  expect(finished, finished.stderr).toMatchObject({ exitCode: 0 })
}

const login = async (rig: Rig, machine: string): Promise<ConsoleSession> => {
  const console = await rig.console(machine)
  console.type('\r')
  await console.expect('login:')
  console.type('root\r')
  await console.expect('# ')
  return console
}

/** The answer's mark is put together by the shell, so that the echo of what is typed is not taken for it. */
const answer = async (console: ConsoleSession, command: string): Promise<string> => {
  console.type(`echo "<$(${command} 2>&1 | tr '\\r\\n' '  ')>"\r`)
  await console.expect(/<(?!\$)/)
  return (await console.expect('>')).slice(0, -1).trim()
}

const volume = (image: string): string => `
[[machines.NAME.volumes]]
image = "${image}"
size = "64M"
root = true
serial = "layer"
`

test('what is written goes to the volume that is declared the root, and is there after a new start', async () => {
  await using rig = openRig()
  rig.write('microvm.toml', guest('kept', '', volume('root.img')))
  await up(rig)
  const first = await login(rig, 'kept')
  expect(await answer(first, 'findmnt -no FSTYPE /')).toBe('overlay')
  expect(await answer(first, 'echo kept > /root/file; cat /root/file')).toBe('kept')
  expect(await answer(first, 'systemctl --failed --plain --no-legend')).toBe('')
  first.close()
  expect(await rig.run(['down'], 120)).toMatchObject({ exitCode: 0 })

  await up(rig)
  const second = await login(rig, 'kept')
  expect(await answer(second, 'cat /root/file')).toBe('kept')
  second.close()
  expect(await rig.run(['down'], 120)).toMatchObject({ exitCode: 0 })
})

test('without such a volume a machine starts anew each time: the image itself is never written', async () => {
  await using rig = openRig()
  rig.write('microvm.toml', guest('anew'))
  await up(rig)
  const console = await login(rig, 'anew')
  expect(await answer(console, 'echo text > /file; cat /file')).toBe('text')
  // The overlay's lower layer is the root disk, and the kernel holds it read-only.
  expect(await answer(console, 'cat /sys/block/vda/ro /sys/block/vda/serial')).toBe('1 root')
  expect(await answer(console, 'cat /etc/machine-id | wc -c')).toBe('33')
  expect(await answer(console, 'systemctl is-enabled apt-daily.timer hello.service')).toBe('disabled enabled')
  // There is no network card, so nothing of a network runs.
  expect(
    await answer(console, 'systemctl is-active systemd-networkd systemd-resolved systemd-timesyncd'),
  ).toBe('inactive inactive inactive')
  console.close()
  expect(await rig.run(['down'], 120)).toMatchObject({ exitCode: 0 })
})

test('a root volume without a file system ends the start at once, and the console says why', async () => {
  await using rig = openRig()
  // A volume that is there already is taken as it is.
  const image = rig.write('root.img', '\0'.repeat(1_048_576))
  rig.write('microvm.toml', guest('empty', '', volume(image)))
  const failed = await rig.run(['up', '-d'], 200)
  expect(failed.exitCode).not.toBe(0)
  expect(failed.stderr).toContain('GUEST_POWERED_OFF_BEFORE_READY')
  expect((await rig.run(['logs', 'empty'])).stdout).toContain(
    "microvm: /dev/vdb ('layer') has no file system, so it cannot be the writable layer",
  )
})

/** A unit that waits for the network as they all do, and looks for the lease once. */
const afterNetwork = `
[machines.NAME.credentials]
"systemd.extra-unit.after-network.service" = """
[Unit]
Wants=network-online.target
After=network-online.target
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=grep -q ADDRESS /run/systemd/netif/leases -r
"""
"systemd.unit-dropin.multi-user.target" = """
[Unit]
Wants=after-network.service
"""
`

test('an interface has an address, a resolver and the time, and network-online.target waits for it', async () => {
  await using rig = openRig()
  const wired = `[[machines.NAME.interfaces]]\ntype = "user"\nid = "net"\n${afterNetwork}`
  rig.write('microvm.toml', guest('wired', '', wired))
  await up(rig)
  const console = await login(rig, 'wired')
  // It has run by READY=1, which multi-user.target is part of.
  expect(await answer(console, 'systemctl is-active after-network')).toBe('active')
  expect(await answer(console, 'networkctl --no-legend --no-pager | grep -c " routable "')).toBe('1')
  expect(await answer(console, 'grep ^nameserver /etc/resolv.conf')).toBe('nameserver 127.0.0.53')
  expect(await answer(console, 'cat /run/systemd/resolve/resolv.conf')).toContain('nameserver 10.0.2.3')
  expect(await answer(console, 'systemctl is-active systemd-timesyncd')).toBe('active')
  console.close()
  expect(await rig.run(['down'], 120)).toMatchObject({ exitCode: 0 })
})
