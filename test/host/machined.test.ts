import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fakeMachine, installFakes, show } from './fake-machines.ts'
import { needs } from './needs.ts'
import { startHost, type SystemdHost } from './systemd-host.ts'

describe.skipIf(needs() !== undefined)('machines known to systemd-machined', () => {
  let host: SystemdHost
  beforeAll(async () => {
    host = await startHost()
    await host.ok('microvm host install --machined')
    await installFakes(host, fakeMachine('f1'))
    await host.ok('microvm host install --machined; systemctl daemon-reload')
  })
  afterAll(() => host[Symbol.asyncDispose]())

  test.each(['poweroff', 'terminate'])('machinectl lists it, and %s stops it gracefully', async (verb) => {
    await host.ok('systemctl start microvm@f1')
    expect(await host.ok('machinectl list --no-pager --no-legend')).toMatch(/^f1 +vm +microvm/m)
    await host.ok(`machinectl ${verb} f1`)
    await host.until('systemctl show microvm@f1 -p ActiveState | grep -qx ActiveState=inactive', 30)
    expect(await show(host, 'f1', 'Result')).toEqual({ Result: 'success' })
    expect(await host.ok('journalctl --no-pager -o cat -u microvm@f1')).toContain('graceful')
    expect(await host.ok('machinectl list --no-pager --no-legend')).toBe('')
  })
})
