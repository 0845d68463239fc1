import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fakeMachine, installFakes, PROCESSES, show } from './fake-machines.ts'
import { needs } from './needs.ts'
import { startHost, type SystemdHost } from './systemd-host.ts'

const lacking = needs()
if (lacking !== undefined) console.warn(`SKIPPED test/host: this machine lacks ${lacking}`)

const DEFINITIONS = [
  // Under emulation start times are four times as long as defined.
  fakeMachine('never', ['never'], 'startTimeout = 0.25'),
  fakeMachine('db', ['never'], 'startTimeout = 0.25'),
  fakeMachine('shop', [], 'after = ["db"]'),
  fakeMachine('good', [], 'interfaces = [ { type = "user", id = "net" } ]'),
  fakeMachine('base'),
  fakeMachine('upper', [], 'after = ["base"]'),
  fakeMachine('wired', [], 'interfaces = [ { type = "tap", id = "vm-wired" } ]'),
  fakeMachine('slow', ['boot=3000', 'steps=3']),
  fakeMachine('deaf', ['deaf'], 'stopTimeout = "1s"'),
].join('\n')

/** The unit's own restart policy, only quicker. */
const QUICKER = 'RestartSec=100ms\nRestartSteps=0\n'

describe.skipIf(lacking !== undefined)('which machines are started again', () => {
  let host: SystemdHost
  beforeAll(async () => {
    host = await startHost()
    await installFakes(host, DEFINITIONS, QUICKER)
  })
  afterAll(() => host[Symbol.asyncDispose]())

  test('a guest that never gets ready: five starts, and no more', async () => {
    await host.sh('systemctl start microvm@never', 60)
    // Between two starts it is "failed" for a moment too.
    await host.until(
      'journalctl --no-pager -o cat -u microvm@never | grep -q "Start request repeated too quickly"',
      120,
    )
    expect(await show(host, 'never', 'ActiveState', 'NRestarts')).toEqual({
      ActiveState: 'failed',
      NRestarts: '5',
    })
    const starts = await host.ok(
      'journalctl --sync; journalctl --no-pager -o cat SYSLOG_IDENTIFIER=microvm@never | grep -c "preparing"',
    )
    expect(Number(starts)).toBe(5)
    expect((await host.sh('systemctl start microvm@never')).code).not.toBe(0)
    expect(await host.ok(PROCESSES)).toBe('')
    // Whoever asks microvm for it has cured the reason, and gets a start.
    expect((await host.sh('microvm start never', 60)).code).toBe(124)
    await host.ok('systemctl stop microvm@never')
  }, 240_000)

  test('a deaf guest that a signal stopped, hard in the end, stays down', async () => {
    await host.ok('systemctl start microvm@deaf')
    await host.ok('systemctl kill --kill-whom=main --signal=TERM microvm@deaf')
    await host.until('systemctl is-failed --quiet microvm@deaf', 30)
    await host.ok('sleep 1')
    expect(await show(host, 'deaf', 'ActiveState', 'ExecMainStatus', 'NRestarts')).toEqual({
      ActiveState: 'failed',
      ExecMainStatus: '7',
      NRestarts: '0',
    })
    // The steps are in the journal, as the error of "microvm stop" says.
    const journal = await host.ok('journalctl --sync; journalctl --no-pager -o cat MICROVM=deaf')
    expect(journal).toMatch(/presses the power button[^]*tells the hypervisor to quit/)
  })

  test('a machine whose dependency fails: start names that one, its reason, and what was not started for it', async () => {
    const { stderr, code } = await host.sh('microvm start shop', 60)
    await host.ok('systemctl stop microvm@db')
    expect(stderr).toContain('error GUEST_NOT_READY_IN_TIME  "db" was not ready')
    expect(stderr).toContain('error DEPENDENCY_FAILED  "shop" was not started: "db" did not become ready.')
    expect(code).toBe(124)
    expect(await host.ok(PROCESSES)).toBe('')
  })

  test('a crash: the machine is started again, and with it those that come after it', async () => {
    await host.ok('systemctl start microvm@upper')
    const pids = async () => [await show(host, 'base', 'MainPID'), await show(host, 'upper', 'MainPID')]
    const before = await pids()
    await host.ok('systemctl kill --kill-whom=main --signal=KILL microvm@base')
    await host.until(
      `for unit in base upper; do systemctl is-active --quiet microvm@$unit || exit 1; done
       test "$(systemctl show -p MainPID --value microvm@upper)" != ${before[1]?.['MainPID']}`,
      30,
    )
    expect((await pids())[0]).not.toEqual(before[0])
    await host.ok('systemctl stop microvm@base')
    expect(await show(host, 'upper', 'ActiveState')).toEqual({ ActiveState: 'inactive' })
  })

  test('a tap that is late is waited for by starting again', async () => {
    const { code, stderr } = await host.sh('microvm start wired', 60)
    expect(stderr).toContain('There is no network device "vm-wired"')
    expect(code).toBe(75)
    await host.ok(
      'systemd-sysusers --inline "u microvm-wired -"; chmod 666 /dev/net/tun; ip tuntap add vm-wired mode tap user microvm-wired vnet_hdr && ip link set vm-wired up',
    )
    await host.until('systemctl is-active --quiet microvm@wired', 30)
    await host.ok('systemctl stop microvm@wired')
  })

  test('up uses the units; --timeout ends the waiting alone', async () => {
    const up = (args: string) => host.sh(`cd /etc/microvm && microvm up ${args}`, 60)
    const late = await up('--timeout 1s slow')
    expect(late.stderr).toContain('WAIT_TIMEOUT')
    expect(late.code).toBe(124)
    const waited = await up('slow')
    expect(waited, waited.stderr).toMatchObject({ code: 0 })
    expect(waited.stderr).toContain('They run as units of this host')
    expect(await show(host, 'slow', 'ActiveState', 'NRestarts')).toEqual({
      ActiveState: 'active',
      NRestarts: '0',
    })
    expect((await up('-d good')).stderr).not.toContain('They run as units')
    await host.ok('systemctl stop microvm@slow microvm@good')
  })

  describe('an operator, who is not root', () => {
    beforeAll(() => host.ok('useradd --create-home --groups microvm op'))
    const microvm = (args: string) => host.sh(`runuser -u op -- microvm ${args}`, 60)

    test('starts and stops machines', async () => {
      const started = await microvm('start good')
      expect(started, started.stderr).toMatchObject({ code: 0 })
      expect((await microvm('stop good')).code).toBe(0)
      expect(await show(host, 'good', 'ActiveState')).toEqual({ ActiveState: 'inactive' })
    })

    test('is told what only root can do: an image, and another definition', async () => {
      host.write('/etc/microvm/built.toml', '[machines.built]\nimage.debian.suite = "trixie"\n')
      const changed = await microvm('start built')
      expect(changed.stderr).toContain('sudo systemctl daemon-reload')
      expect(changed.code).toBe(77)
      await host.ok('systemctl daemon-reload')
      const missing = await microvm('start built')
      expect(missing.stderr).toContain('sudo microvm start built')
      expect(missing.code).toBe(77)
      expect((await host.sh('ls -A /home/op/.cache')).stdout).toBe('')
      await host.ok('rm /etc/microvm/built.toml; systemctl daemon-reload')
    })
  })
})
