import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fakeMachine, installFakes, PROCESSES, show } from './fake-machines.ts'
import { needs } from './needs.ts'
import { startHost, type SystemdHost } from './systemd-host.ts'

const lacking = needs()
if (lacking !== undefined) console.warn(`SKIPPED test/host: this machine lacks ${lacking}`)

const DEFINITIONS = [
  // Under emulation start times are four times as long as defined.
  fakeMachine('never', ['never'], 'startTimeout = 0.25'),
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
  })
})
