import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fakeMachine, installFakes } from './fake-machines.ts'
import { needs } from './needs.ts'
import { MICROVM, NODE, startHost, type SystemdHost } from './systemd-host.ts'

const lacking = needs()
if (lacking !== undefined) console.warn(`SKIPPED test/host: this machine lacks ${lacking}`)

/** Everything on the host that an installation may touch. */
const SNAPSHOT =
  'find /etc /usr /opt /var/lib /var/cache -xdev ! -name "*.microvm-new" -printf "%p %m %u\\n" | sort; getent group; getent passwd'

describe.skipIf(lacking !== undefined)('microvm host install', () => {
  let host: SystemdHost
  beforeAll(async () => {
    host = await startHost()
  })
  afterAll(() => host[Symbol.asyncDispose]())
  const microvm = (args: string) => host.sh(`${NODE} ${MICROVM} ${args}`)

  test('install, twice, and uninstall leaves no trace', async () => {
    // What systemd itself keeps is not ours: the first disable makes its directory.
    const before = await host.ok(SNAPSHOT)
    const dry = await microvm('host install --dry-run')
    expect(dry, dry.stderr).toMatchObject({ code: 0 })
    expect(dry.stdout).toContain('create /usr/local/lib/systemd/system/microvm@.service')
    expect(await host.ok(SNAPSHOT)).toBe(before)

    const first = await microvm('host install')
    expect(first, first.stderr).toMatchObject({ code: 0 })
    expect(await host.ok('systemctl is-enabled microvms.target')).toBe('enabled\n')
    const second = await microvm('host install --json')
    expect(JSON.parse(second.stdout).changes.map(({ what }: { what: string }) => what)).toContain('same')
    expect(second.stdout).not.toMatch(/"what": "(create|update|remove)"/)

    const removed = await microvm('host uninstall')
    expect(removed, removed.stderr).toMatchObject({ code: 0 })
    expect(await host.ok(SNAPSHOT)).toBe(before)
    expect((await host.sh('systemctl cat microvm@web')).code).not.toBe(0)
  })

  test('what was changed by somebody, and definitions, stay and are named', async () => {
    await host.ok(`${NODE} ${MICROVM} host install`)
    await host.ok(
      'echo "# mine" >> /usr/local/lib/systemd/system/microvms.target; touch /etc/microvm/web.toml',
    )
    const shown = await microvm('host install --dry-run')
    expect(shown.stdout).toContain('-# mine')
    const { stderr, code } = await microvm('host uninstall')
    expect(code).toBe(0)
    expect(stderr).toContain('microvms.target: it was changed since')
    expect(stderr).toContain('/etc/microvm: there is something in it: web.toml')
    await host.ok('rm /usr/local/lib/systemd/system/microvms.target; rm -r /etc/microvm')
  })

  describe('the unit', () => {
    beforeAll(async () => {
      await host.ok(`${NODE} ${MICROVM} host install`)
      host.write(
        '/etc/microvm/shop.toml',
        [
          '[machines.db]',
          'image = { kernel = "/srv/vmlinuz" }',
          'stopTimeout = "20s"',
          '[machines.web]',
          'after = ["db"]',
          'image = { kernel = "/srv/vmlinuz" }',
          '[[machines.web.interfaces]]',
          'type = "tap"',
          'id = "vm-web"',
        ].join('\n'),
      )
      const user = 'interfaces = [ { type = "user", id = "net" } ]'
      const share = 'shares = [ { tag = "s", source = "/srv", mountPoint = "/s" } ]'
      const rated = (name: string, ...more: string[]): string =>
        [`[machines.${name}]`, 'image = { kernel = "/srv/vmlinuz" }', ...more, ''].join('\n')
      host.write(
        '/etc/microvm/rated.toml',
        [
          rated('user', user),
          rated('user-qemu', user, 'hypervisor = "qemu"'),
          rated('share', share),
          rated('both', user, share),
          rated('both-qemu', user, share, 'hypervisor = "qemu"'),
        ].join('\n'),
      )
      host.write(
        '/etc/microvm/odd.toml',
        [
          '[machines.odd]',
          'image = { kernel = "/home/ann/a:kernel" }',
          'credentials.tls.file = "/etc/my 100% \\"key\\""',
          'volumes = [',
          '  { image = "/home/ann/a: b.img", autoCreate = false },',
          '  { image = "/srv/a b/\\"c\\".img", autoCreate = false },',
          '  { image = "/dev/disk/by-id/a b", autoCreate = false },',
          ']',
          'shares = [ { tag = "s", source = "/home/ann/it\'s: %h", mountPoint = "/s" } ]',
        ].join('\n'),
      )
      host.write('/etc/microvm/broken.toml', '[machines.x]\nmem = "512X"\n')
      await host.ok('systemctl daemon-reload')
    })

    test('systemd-analyze verify has nothing to say', async () => {
      const { code, stdout, stderr } = await host.sh(
        'systemd-analyze verify --man=no microvm@db.service microvm@web.service microvm@odd.service microvm@both.service microvms.target',
      )
      expect(`${stdout}${stderr}`).toBe('')
      expect(code).toBe(0)
    })

    test('paths reach systemd as they were written', async () => {
      const show = await host.ok(
        'systemctl show microvm@odd -p BindPaths,BindReadOnlyPaths,ReadWritePaths,DeviceAllow',
      )
      expect(show).toContain('-/home/ann/a: b.img')
      expect(show).toContain("-/home/ann/it's: %h")
      expect(show).toContain('-/home/ann/a:kernel')
      expect(show).toContain('"-/srv/a b/\\"c\\".img"')
      expect(show).toContain('/dev/disk/by-id/a b')
      const credentials = await host.ok(
        'busctl get-property --json=short org.freedesktop.systemd1 /org/freedesktop/systemd1/unit/microvm_40odd_2eservice org.freedesktop.systemd1.Service LoadCredential',
      )
      expect(JSON.parse(credentials).data).toEqual([['microvm.tls', '/etc/my 100% "key"']])
    })

    // passt and virtiofsd in one unit: each makes namespaces, and between them all but one kind.
    test.each([
      ['db', 20],
      ['web', 20],
      ['user', 20],
      ['user-qemu', 20],
      ['share', 20],
      ['both-qemu', 20],
      ['both', 21],
    ])('systemd-analyze security: %s is rated at most %i tenths', async (machine, tenths) => {
      const { code, stdout } = await host.sh(
        `systemd-analyze security --no-pager --threshold=${tenths} microvm@${machine}.service`,
      )
      expect(code, stdout).toBe(0)
    })

    test('dependencies and times come from the definition; a broken file beside it does no harm and is told', async () => {
      const show = await host.ok('systemctl show microvm@web -p Requires,After,PrivateNetwork,DynamicUser')
      expect(show).toMatch(/^Requires=.*microvm@db\.service/m)
      expect(show).toMatch(/^After=.*microvm@db\.service/m)
      expect(show).toContain('PrivateNetwork=no')
      expect(await host.ok('systemctl show microvm@db -p TimeoutStopUSec,PrivateNetwork')).toBe(
        'TimeoutStopUSec=1min 5s\nPrivateNetwork=yes\n',
      )
      const generated = await microvm('host generate /run/generated')
      expect(generated.stderr).toContain('/etc/microvm/broken.toml:2:7')
      await host.ok('test ! -e /run/generated/microvm@x.service.d && rm /etc/microvm/broken.toml')
    })

    test('a kernel that is missing: start fails at once with the reason, and is not tried again', async () => {
      const { code, stderr } = await microvm('start db')
      expect(code, stderr).toBe(4)
      expect(stderr).toContain('/srv/vmlinuz')
      const status = await host.sh('systemctl status --no-pager microvm@db')
      expect(status.stdout).toContain('/srv/vmlinuz')
      expect(await host.ok('systemctl show microvm@db -p ActiveState,NRestarts')).toBe(
        'NRestarts=0\nActiveState=failed\n',
      )
    })

    test('enable and disable make and remove one link', async () => {
      expect((await microvm('enable db')).code).toBe(0)
      expect(await host.ok('ls /etc/systemd/system/microvms.target.wants')).toBe('microvm@db.service\n')
      expect((await microvm('enable nonsense')).code).toBe(4)
      expect((await microvm('disable db')).code).toBe(0)
      expect((await host.sh('systemctl is-enabled microvm@db')).stdout).toBe('disabled\n')
      expect((await microvm('status db')).code).toBe(3)
    })
  })

  test('--machined stays until it is taken back', async () => {
    const post = async (): Promise<string> =>
      host.ok('grep -c ^ExecStartPost /usr/local/lib/systemd/system/microvm@.service || true')
    expect((await microvm('host install --machined')).code).toBe(0)
    expect((await microvm('host install')).stderr).toContain('as before')
    expect(await post()).toBe('1\n')
    expect((await microvm('host install --machined --no-machined')).code).toBe(2)
    expect((await microvm('host install --no-machined')).code).toBe(0)
    expect(await post()).toBe('0\n')
  })

  test('uninstall refuses while machines run, names the data it keeps, and removes it with --purge', async () => {
    await host.ok('rm -f /etc/microvm/*')
    await installFakes(host, fakeMachine('f1'))
    await host.ok('systemctl start microvm@f1')
    const refused = await microvm('host uninstall')
    expect(refused.code).toBe(5)
    expect(refused.stderr).toContain('microvm stop f1')
    expect(await host.ok('systemctl is-active microvm@f1')).toBe('active\n')

    await host.ok('systemctl stop microvm@f1; rm -r /etc/microvm/* /etc/systemd/system/microvm@.service.d')
    const kept = await microvm('host uninstall')
    expect(kept.code).toBe(0)
    expect(kept.stderr).toMatch(/\/var\/lib\/private\/microvm: volumes, logs and records of .*f1/)
    await host.ok('test -e /var/lib/private/microvm/f1/volumes/data.img')

    await microvm('host install')
    const purged = await microvm('host uninstall --purge')
    expect(purged.code).toBe(0)
    expect(purged.stdout).toContain('removed  /var/lib/private/microvm')
    expect((await host.sh('ls -d /var/lib/private/microvm /var/lib/microvm /var/cache/microvm')).stdout).toBe(
      '',
    )
  })
})
