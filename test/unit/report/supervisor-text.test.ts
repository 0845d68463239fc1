import { expect, test } from 'vitest'
import type { MachineEvent } from '../../../src/events/event.ts'
import { supervisorText } from '../../../src/report/supervisor-text.ts'

const textOf = (event: MachineEvent): string | undefined =>
  supervisorText({ at: '2026-11-24T12:00:00.000Z', machine: 'web', boot: 1, ...event })

test.each<[MachineEvent, string]>([
  [{ kind: 'stop-step', step: 'power-button' }, 'web  stop  presses the power button'],
  [{ kind: 'guest-shutdown', how: 'poweroff' }, 'web  guest shuts down  poweroff'],
  [{ kind: 'guest-rebooting' }, 'web  guest reboots'],
  [{ kind: 'guest-unit', unit: 'basic.target', active: true }, 'web  guest reached  basic.target'],
  [{ kind: 'vmm-exited', code: undefined, signal: 'SIGKILL' }, 'web  hypervisor ended  SIGKILL'],
  [{ kind: 'cleaned', what: 'a socket' }, 'web  cleaned up  a socket'],
  [{ kind: 'notify-ignored', why: 'MAINPID' }, 'web  message of the guest ignored  MAINPID'],
])('the journal is told: %o', (event, text) => {
  expect(textOf(event)).toBe(text)
})

test('what the guest says cannot forge a line, a level or a colour', () => {
  const text = textOf({ kind: 'guest-unit', unit: 'a\u001B[31m.target\n<0>forged', active: true })
  expect(text).toMatch(/^web {2}/)
  // oxlint-disable-next-line no-control-regex -- these are what must not be there
  expect(text).not.toMatch(/[\u0000-\u001F]/)
})

test('a status that only counts seconds is not for the journal', () => {
  expect(textOf({ kind: 'guest-status', status: 'Job a/start running (3s)' })).toBeUndefined()
})
