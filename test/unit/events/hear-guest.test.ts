import { expect, test } from 'vitest'
import { BURST, PER_SECOND } from '../../../src/events/budget.ts'
import { hearMessage, hearVmm, newGuest } from '../../../src/events/hear-guest.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const guest = () => newGuest({ ready: { kind: 'system' }, systemd: undefined }, 0)

const hear = (texts: readonly string[], from = guest(), at = 0) => {
  let now = from
  const kinds: string[] = []
  let loggable = 0
  let last = false
  for (const text of texts) {
    const heard = hearMessage(now, bytes(text), at)
    now = heard.guest
    kinds.push(...heard.events.map(({ kind }) => kind))
    loggable += heard.loggable
    last = heard.further
  }
  return { guest: now, kinds, loggable, last }
}

const BOOT = [
  'X_SYSTEMD_HOSTNAME=web',
  `X_SYSTEMD_MACHINE_ID=${'a'.repeat(32)}`,
  'X_SYSTEMD_SIGNALS_LEVEL=2',
  'X_SYSTEMD_UNIT_ACTIVE=basic.target',
  'READY=1\nSTATUS=Ready.',
]

test('bytes in, events out', () => {
  expect(hear(BOOT).kinds).toEqual([
    'guest-hello',
    'guest-hello',
    'guest-unit',
    'guest-ready',
    'guest-status',
  ])
})

test('milestones count as progress again after a reboot', () => {
  const up = hear(BOOT)
  expect(hear(['X_SYSTEMD_UNIT_ACTIVE=basic.target'], up.guest).last).toBe(false)
  const again = hearVmm(up.guest, 'vmm-reset', 0)
  expect(again.events.map(({ kind }) => kind)).toEqual(['guest-rebooting'])
  expect(hear(['X_SYSTEMD_UNIT_ACTIVE=basic.target'], again.guest).last).toBe(true)
})

test('what was refused is told', () => {
  expect(hear(['MAINPID=1\nREADY=1']).kinds).toEqual(['guest-hello', 'guest-ready', 'notify-ignored'])
})

test('a guest that talks without end fills no log, and is still understood', () => {
  const chatter = Array.from({ length: 5000 }, (_, index) => `X_SYSTEMD_UNIT_ACTIVE=x${index}.target`)
  const tired = hear(chatter)
  expect(tired.loggable).toBe(BURST)
  const done = hear(['X_SYSTEMD_UNIT_ACTIVE=basic.target', 'READY=1'], tired.guest)
  expect(done.kinds).toContain('guest-ready')
  expect(done.loggable).toBe(0)
  expect(hear(chatter, done.guest, 10_000).loggable).toBe(10 * PER_SECOND)
})
