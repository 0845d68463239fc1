import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BLANK_CONSOLE, readConsole } from '../../../src/events/console-facts.ts'

const PANIC = [
  '[    1.201000] VFS: Cannot open root device "" or unknown-block(0,0): error -6',
  '[    1.205000] Please append a correct "root=" boot option; here are the available partitions:',
  '[    1.210000] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)',
  '[    1.215000] CPU: 0 UID: 0 PID: 1 Comm: swapper/0 Not tainted 6.12.0',
  '[    1.220000] ---[ end Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0) ]---',
]

test('a kernel panic is found, with its lines, wherever the pieces are cut', () => {
  const text = `[    0.000000] Linux version 6.12.0\r\n${PANIC.join('\r\n')}\r\n[    0.000000] Linux version 6.12.0\r\n`
  fc.assert(
    fc.property(fc.array(fc.nat(text.length), { maxLength: 12 }), (cuts) => {
      const at = [0, ...cuts.toSorted((a, b) => a - b), text.length]
      const facts = at
        .slice(1)
        .reduce((now, end, index) => readConsole(now, text.slice(at[index], end)), BLANK_CONSOLE)
      expect(facts.panics).toBe(1)
      expect(facts.panic).toEqual(['[    0.000000] Linux version 6.12.0', ...PANIC])
    }),
  )
})

test.each([
  'Kernel panic - not syncing: in the middle of a boot with printk.time=0',
  '[    2.1] Kernel panic - not syncing: x',
  '[    2.123456][    T1] Kernel panic - not syncing: with the caller',
])('%s', (line) => {
  expect(readConsole(BLANK_CONSOLE, `${line}\n`).panics).toBe(1)
})

test.each([
  'web login: Kernel panic - not syncing: typed by somebody',
  'Nov 25 kernel: Kernel panic - not syncing: of a log that is shown',
  PANIC.at(-1) ?? '',
])('no panic: %s', (line) => {
  expect(readConsole(BLANK_CONSOLE, `${line}\n`).panics).toBe(0)
})

test('units that failed are named as systemd shows them, colours aside, once each, and not without end', () => {
  const line = (mark: string, text: string): string => `[\u001b[0;1;31m${mark}\u001b[0m] ${text}\r\n`
  const shown = [
    line('FAILED', 'Failed to start \u001b[0;1;39mdb.service\u001b[0m - Database.'),
    line('DEPEND', 'Dependency failed for \u001b[0;1;39mserving.target\u001b[0m.'),
    line('FAILED', 'Failed to start \u001b[0;1;39mdb.service\u001b[0m - Database.'),
    line('  OK  ', 'Reached target multi-user.target.'),
  ].join('')
  const facts = readConsole(BLANK_CONSOLE, shown)
  expect(facts.failed).toEqual([
    'Failed to start db.service - Database.',
    'Dependency failed for serving.target.',
  ])
  const many = Array.from({ length: 500 }, (_, index) =>
    line('FAILED', `Failed to start u${index}.service.`),
  ).join('')
  expect(readConsole(facts, many).failed).toHaveLength(8)
})

test('whatever a guest writes, what is kept is bounded and has no control characters', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 3_000 }), { maxLength: 6 }), (pieces) => {
      const facts = pieces.reduce(readConsole, BLANK_CONSOLE)
      const kept = JSON.stringify([facts.recent, facts.panic, facts.failed])
      expect(kept.length).toBeLessThan(60_000)
      // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
      expect(facts.recent.join('')).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/)
    }),
  )
})
