import { NODE, type SystemdHost, USE_FAKE_QEMU } from './systemd-host.ts'

/** Installs microvm in a host, with machines that all run the fake QEMU (test/fakes/locking-qemu.ts). */
export const installFakes = async (host: SystemdHost, definitions: string, extra = ''): Promise<void> => {
  await host.ok('microvm host install && mkdir -p /etc/systemd/system/microvm@.service.d /srv')
  host.write('/etc/systemd/system/microvm@.service.d/fake.conf', USE_FAKE_QEMU + extra)
  // The header of a bzImage is all that is looked at.
  await host.ok(
    `${NODE} -e 'const b = Buffer.alloc(8192); b.writeUInt16LE(0xaa55, 510); b.write("HdrS", 514); b.writeUInt16LE(0x20f, 518); fs.writeFileSync("/srv/kernel", b)'`,
  )
  host.write('/etc/microvm/fakes.toml', definitions)
  await host.ok('systemctl daemon-reload')
}

/** `[machines.NAME]` of a fake guest; words are those of the fake. */
export const fakeMachine = (name: string, words: readonly string[] = [], more = ''): string =>
  [
    `[machines.${name}]`,
    'image = { kernel = "/srv/kernel" }',
    'volumes = [ { image = "data.img", size = "64K", fsType = "none" } ]',
    `kernelParams = ${JSON.stringify(words.map((word) => `fake.${word}`))}`,
    more,
    '',
  ].join('\n')

/** Types a line into the console of a machine. */
export const type = (host: SystemdHost, machine: string, line: string): Promise<string> =>
  host.ok(
    `${NODE} -e 'const s = net.connect("/run/microvm/${machine}/console.sock", () => s.write(${JSON.stringify(line)} + "\\n")); s.once("data", () => setTimeout(() => process.exit(), 100))'`,
    15,
  )

/** `systemctl show`, as a record. */
export const show = async (
  host: SystemdHost,
  machine: string,
  ...properties: string[]
): Promise<Record<string, string>> => {
  const text = await host.ok(`systemctl show microvm@${machine} -p ${properties.join(',')}`)
  return Object.fromEntries(
    text
      .trim()
      .split('\n')
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
}

/** Supervisors, VMMs and helpers that run in the host, whosever they are. */
export const PROCESSES = 'pgrep -fa "locking-qemu|vhost-device-vsock|microvm.mjs run" | grep -v pgrep || true'
