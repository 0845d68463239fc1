import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fakeMachine, installFakes, PROCESSES, show, type } from './fake-machines.ts'
import { needs } from './needs.ts'
import { NODE, startHost, type SystemdHost } from './systemd-host.ts'

const lacking = needs()
if (lacking !== undefined) console.warn(`SKIPPED test/host: this machine lacks ${lacking}`)

const RESTARTS = 50
const KILLS = 200

const MANY = Array.from({ length: 20 }, (_, index) => `m${index}`)

const DEFINITIONS = [
  fakeMachine('f1'),
  fakeMachine('f2', ['boot=1500'], 'after = ["f1"]'),
  fakeMachine('deaf', ['deaf'], 'stopTimeout = "2s"'),
  // Under emulation start times are four times as long as defined.
  fakeMachine('slow', ['boot=16000', 'steps=8'], 'startTimeout = "1s"'),
  fakeMachine('never', ['never'], 'startTimeout = "1s"'),
  fakeMachine('dies', ['never', 'die=1000']),
  fakeMachine('disks').replace(
    'volumes = [',
    'volumes = [ { image = "q.qcow2", size = "1M", imageType = "qcow2" }, { image = "fs.img", size = "1M" },',
  ),
  ...MANY.map((name) => fakeMachine(name, ['boot=3000', 'steps=3'])),
].join('\n')

describe.skipIf(lacking !== undefined)('machines as units', () => {
  let host: SystemdHost
  beforeAll(async () => {
    host = await startHost()
    await installFakes(host, DEFINITIONS, 'Restart=no\n[Unit]\nStartLimitIntervalSec=0\n')
  })
  afterAll(() => host[Symbol.asyncDispose]())

  const journal = (machine: string): Promise<string> =>
    host.ok(`journalctl --sync; journalctl --no-pager -o cat SYSLOG_IDENTIFIER=microvm@${machine}`)
  const nothingLeft = async (): Promise<void> => {
    expect(await host.ok(PROCESSES)).toBe('')
    expect(await host.ok('find /run/microvm -mindepth 1')).toBe('')
    expect((await host.sh('cat /var/lib/private/microvm/*/volumes/two-at-once')).stdout).toBe('')
  }

  test('a machine that comes after another starts when that one is ready; all is in the journal', async () => {
    await host.ok('systemctl start microvm@f2')
    const f1 = await show(host, 'f1', 'ActiveEnterTimestampMonotonic', 'StatusText', 'MainPID')
    const f2 = await show(host, 'f2', 'InactiveExitTimestampMonotonic', 'ActiveEnterTimestampMonotonic')
    const began = Number(f2['InactiveExitTimestampMonotonic'])
    expect(began).toBeGreaterThanOrEqual(Number(f1['ActiveEnterTimestampMonotonic']))
    expect(Number(f2['ActiveEnterTimestampMonotonic']) - began).toBeGreaterThan(1_500_000)
    expect(f1['StatusText']).toMatch(/^guest: ready/i)
    expect(await journal('f1')).toContain('console: fake guest is up')
    expect(await host.ok('microvm logs f1')).toContain('fake guest is up')
    expect(await host.ok('microvm logs f1')).not.toContain('ready')
    const fields = JSON.parse(await host.ok('journalctl -o json -n 1 SYSLOG_IDENTIFIER=microvm@f1'))
    expect(fields).toMatchObject({ MICROVM: 'f1', _SYSTEMD_UNIT: 'microvm@f1.service' })
    // Each runs as a user of its own, and none is root.
    const users = await host.ok('systemctl show microvm@f1 microvm@f2 -p UID --value')
    expect(new Set(users.trim().split(/\n+/)).size).toBe(2)
    expect(await host.ok('ps -o uid= -p $(systemctl show microvm@f1 -p MainPID --value)')).not.toMatch(
      /^ *0$/m,
    )
  })

  test('a reboot in the guest: the unit stays active, its status goes down and up, nothing is started again', async () => {
    await host.ok('systemctl start microvm@f1')
    const before = await show(host, 'f1', 'MainPID', 'ActiveEnterTimestampMonotonic')
    await type(host, 'f1', 'reboot')
    await host.until(
      `${NODE} -e 'process.exit(JSON.parse(fs.readFileSync("/var/lib/microvm/f1/record.json")).boots === 2 ? 0 : 1)'`,
      20,
    )
    await host.until('systemctl show microvm@f1 -p StatusText | grep -qi "StatusText=guest: ready"', 10)
    expect(await show(host, 'f1', 'MainPID', 'ActiveEnterTimestampMonotonic')).toEqual(before)
    expect(await show(host, 'f1', 'NRestarts', 'ActiveState')).toEqual({
      NRestarts: '0',
      ActiveState: 'active',
    })
    expect(await journal('f1')).toContain('rebooting')
  })

  test('a poweroff in the guest: the unit ends in success and stays down', async () => {
    await host.ok('systemctl start microvm@f2')
    await type(host, 'f2', 'poweroff')
    await host.until('systemctl show microvm@f2 -p ActiveState | grep -qx ActiveState=inactive', 20)
    expect(await show(host, 'f2', 'Result', 'NRestarts')).toEqual({ Result: 'success', NRestarts: '0' })
  })

  test('TERM to the whole control group still gives the guest its time', async () => {
    await host.ok('systemctl start microvm@f1')
    await host.ok('systemctl kill --kill-whom=all --signal=TERM microvm@f1')
    await host.until('systemctl show microvm@f1 -p ActiveState | grep -qx ActiveState=inactive', 20)
    expect(await show(host, 'f1', 'Result')).toEqual({ Result: 'success' })
    expect(await journal('f1')).toMatch(/graceful/)
    await nothingLeft()
  })

  test('a guest that ignores the power button: stopped hard in its time, and told', async () => {
    await host.ok('systemctl start microvm@deaf')
    const { code, stderr } = await host.sh('microvm stop deaf', 40)
    expect(code).toBe(1)
    expect(stderr).toContain('STOP_FORCED')
    expect(await show(host, 'deaf', 'ActiveState', 'Result')).toEqual({
      ActiveState: 'failed',
      Result: 'exit-code',
    })
    await nothingLeft()
  })

  test('progress extends the start beyond its timeout, and the status tells of it', async () => {
    // The unit's own time is over long before the guest is ready.
    await host.ok('mkdir -p /run/systemd/system/microvm@slow.service.d')
    host.write('/run/systemd/system/microvm@slow.service.d/time.conf', '[Service]\nTimeoutStartSec=8s\n')
    await host.ok('systemctl daemon-reload; systemctl start --no-block microvm@slow')
    await host.until('systemctl show microvm@slow -p StatusText | grep -q "guest: reached step-3.target"', 30)
    expect(await show(host, 'slow', 'ActiveState', 'TimeoutStartUSec')).toEqual({
      ActiveState: 'activating',
      TimeoutStartUSec: '8s',
    })
    await host.until('systemctl is-active --quiet microvm@slow', 30)
    await host.ok('systemctl stop microvm@slow')
  })

  test.each([
    ['never', 'GUEST_NOT_READY_IN_TIME', 124],
    ['dies', 'VMM_EXITED_BEFORE_READY', 1],
  ])('%s: start fails in its time with %s', async (machine, code, status) => {
    const ran = await host.sh(`microvm start ${machine}`, 60)
    expect(ran.stderr).toContain(code)
    expect(ran.code).toBe(status)
    expect((await host.sh(`systemctl status --no-pager microvm@${machine}`)).stdout).toMatch(
      /Status: "failed: /,
    )
    await nothingLeft()
  })

  test('twenty machines started at once: all ready, none timed out', async () => {
    const units = MANY.map((name) => `microvm@${name}`).join(' ')
    await host.ok(`systemctl start ${units}`, 240)
    expect((await host.ok(`systemctl is-active ${units}`)).trim().split('\n')).toEqual(
      MANY.map(() => 'active'),
    )
    await host.ok(`systemctl stop ${units}`, 120)
    await nothingLeft()
  }, 400_000)

  test('two VMMs on one disk would be noticed', async () => {
    await host.ok('systemctl start microvm@f1')
    const volumes = '/var/lib/private/microvm/f1/volumes'
    const disk = JSON.stringify({ file: { filename: `${volumes}/data.img` } })
    expect((await host.sh(`fake-qemu -blockdev '${disk}'`)).code).toBe(1)
    expect(await host.ok(`cat ${volumes}/two-at-once; rm ${volumes}/two-at-once`)).toMatch(/^\d+\n$/)
    await host.ok('systemctl stop microvm@f1')
  })

  test('disk images are read within the sandbox, too: those that are as defined start, others are refused', async () => {
    await host.ok('systemctl start microvm@disks && systemctl restart microvm@disks')
    expect(await journal('disks')).not.toMatch(/warning|error/)
    await host.ok('systemctl stop microvm@disks')
    const volumes = '/var/lib/private/microvm/disks/volumes'
    await host.ok(`cd ${volumes} && truncate -s 2M fs.img && qemu-img rebase -u -F raw -b fs.img q.qcow2`)
    expect((await host.sh('systemctl start microvm@disks')).code).not.toBe(0)
    const said = await journal('disks')
    expect(said).toContain('lies on a backing file, fs.img, which the definition does not allow')
    await host.ok(`cd ${volumes} && qemu-img rebase -u -b '' q.qcow2 && systemctl start microvm@disks`)
    expect(await journal('disks')).toContain('has 2 MiB, and the definition says 1 MiB')
    await host.ok('systemctl stop microvm@disks')
  })

  test('quick restarts', async () => {
    await host.ok('systemctl stop "microvm@*"', 120)
    for (let round = 0; round < RESTARTS; round++) await host.ok('systemctl restart microvm@f1')
    // Supervisor, hypervisor, helper, and the helper's guard.
    expect((await host.ok(PROCESSES)).trim().split('\n')).toHaveLength(4)
    await host.ok('systemctl stop microvm@f1')
    await nothingLeft()
  }, 600_000)

  test('SIGKILL of supervisor, VMM or helper at any moment: nothing left, and the next start works', async () => {
    await host.ok('systemctl stop "microvm@*"', 120)
    const victims = ['microvm.mjs run f1', 'locking-qemu.ts', 'vhost-device-vsock']
    let killed = 0
    const cgroup = '/sys/fs/cgroup/machine.slice/microvm@f1.service/cgroup.procs'
    for (let round = 0; round < KILLS; round++) {
      const victim = victims[round % victims.length] ?? ''
      const delay = (Math.random() * 2).toFixed(2)
      // Node shows its title in comm only; the command line tells who is who.
      const out = await host.ok(
        `systemctl reset-failed microvm@f1 2>/dev/null
         systemctl start --no-block microvm@f1; sleep ${delay}
         for pid in $(cat ${cgroup}); do
           if tr '\\0' ' ' < /proc/$pid/cmdline | grep -qF '${victim}'; then kill -KILL $pid; echo killed; fi
         done
         sleep 0.1; timeout 30 systemctl stop microvm@f1; systemctl show -p ActiveState --value microvm@f1`,
      )
      expect(out, `round ${round}: ${victim} after ${delay} s`).toMatch(/(inactive|failed)\n$/)
      await nothingLeft()
      if (out.includes('killed')) killed += 1
      if (round % 10 > 0) continue
      await host.ok('systemctl reset-failed microvm@f1 2>/dev/null; systemctl start microvm@f1')
      await host.ok('systemctl stop microvm@f1')
    }
    expect(killed).toBeGreaterThan(KILLS / 2)
    await host.ok('systemctl reset-failed microvm@f1 2>/dev/null; systemctl start microvm@f1')
    await host.ok('systemctl stop microvm@f1')
    await nothingLeft()
  }, 1_800_000)
})
