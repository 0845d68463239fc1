import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseNotifyMessage } from '../../../src/events/notify-message.ts'

const parse = (text: string) => parseNotifyMessage(new TextEncoder().encode(text))

describe('what PID 1 sends', () => {
  test.each([
    ['READY=1\nSTATUS=Ready.', [{ kind: 'ready' }, { kind: 'status', status: 'Ready.' }]],
    ['X_SYSTEMD_HOSTNAME=web', [{ kind: 'hostname', hostname: 'web' }]],
    [
      'X_SYSTEMD_MACHINE_ID=0123456789abcdef0123456789abcdef',
      [{ kind: 'machine-id', machineId: '0123456789abcdef0123456789abcdef' }],
    ],
    ['X_SYSTEMD_SIGNALS_LEVEL=2', [{ kind: 'signals-level', level: 2 }]],
    ['X_SYSTEMD_UNIT_ACTIVE=basic.target', [{ kind: 'unit', unit: 'basic.target', active: true }]],
    ['X_SYSTEMD_UNIT_INACTIVE=a\\x2db@1.target', [{ kind: 'unit', unit: 'a\\x2db@1.target', active: false }]],
    ['EXIT_STATUS=3\nX_SYSTEMD_SHUTDOWN=poweroff', [{ kind: 'shutdown', how: 'poweroff', exitStatus: 3 }]],
    ['X_SYSTEMD_SHUTDOWN=reboot', [{ kind: 'shutdown', how: 'reboot', exitStatus: undefined }]],
    ['EXIT_STATUS=1', [{ kind: 'exit-status', exitStatus: 1 }]],
    ['RELOADING=1\nMONOTONIC_USEC=5', [{ kind: 'reloading' }]],
    ['READY=1\n\n', [{ kind: 'ready' }]],
  ])('%j', (text, notices) => {
    expect(parse(text)).toMatchObject({ notices, ignored: [] })
  })

  test('fields that mean nothing here are kept aside', () => {
    expect(parse('X_SYSTEMD_REBOOT_PARAMETER=fw\nFOO=\u001B[31mred').unknown).toEqual([
      'X_SYSTEMD_REBOOT_PARAMETER=fw',
      'FOO=red',
    ])
  })
})

describe('what is refused', () => {
  test.each([
    ['MAINPID=1', "MAINPID=, which would act on the host's unit"],
    ['FDSTORE=1\nFDNAME=x', "FDSTORE=, which would act on the host's unit"],
    ['STOPPING=1', "STOPPING=, which would act on the host's unit"],
    ['WATCHDOG=trigger', "WATCHDOG=, which would act on the host's unit"],
    ['NOTIFYACCESS=all', "NOTIFYACCESS=, which would act on the host's unit"],
    ['EXTEND_TIMEOUT_USEC=99999999', "EXTEND_TIMEOUT_USEC=, which would act on the host's unit"],
    ['READY=yes', 'READY= with a value that makes no sense'],
    ['X_SYSTEMD_HOSTNAME=a b', 'X_SYSTEMD_HOSTNAME= with a value that makes no sense'],
    ['X_SYSTEMD_HOSTNAME=\u001B[2J', 'X_SYSTEMD_HOSTNAME= with a value that makes no sense'],
    ['X_SYSTEMD_MACHINE_ID=xyz', 'X_SYSTEMD_MACHINE_ID= with a value that makes no sense'],
    ['X_SYSTEMD_UNIT_ACTIVE=../../etc', 'X_SYSTEMD_UNIT_ACTIVE= with a value that makes no sense'],
    ['X_SYSTEMD_SHUTDOWN=later', 'X_SYSTEMD_SHUTDOWN= with a value that makes no sense'],
    ['EXIT_STATUS=256', 'EXIT_STATUS= with a value that makes no sense'],
    ['hello', 'a line that is not KEY=VALUE'],
    ['', 'an empty message'],
    ['READY=1\0', 'a message with a NUL byte'],
    [`STATUS=${'x'.repeat(4096)}`, 'a message of more than 4096 bytes'],
    ['STATUS=a\n'.repeat(33), 'a message of more than 32 fields'],
  ])('%j', (text, why) => {
    const { notices, ignored } = parse(text)
    expect(notices).toEqual([])
    expect(ignored).toContain(why)
  })

  test('bytes that are not UTF-8', () => {
    expect(parseNotifyMessage(Uint8Array.of(0x53, 0x3d, 0xff, 0xfe)).ignored).toEqual([
      'a message that is not UTF-8',
    ])
  })

  test('a refused field does not take its neighbours with it', () => {
    const { notices, ignored } = parse('MAINPID=1\nREADY=1')
    expect(notices).toEqual([{ kind: 'ready' }])
    expect(ignored).toHaveLength(1)
  })

  test('names of Object.prototype are fields like any other', () => {
    expect(parse('constructor=1\n__proto__=1\ntoString=1')).toMatchObject({ notices: [], ignored: [] })
  })
})

test('exactly 4096 bytes pass', () => {
  expect(parse(`STATUS=${'x'.repeat(4096 - 7)}`).ignored).toEqual([])
})

test('no bytes whatever make it throw, or let anything unsafe through', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => {
      const { ignored, unknown, notices } = parseNotifyMessage(bytes)
      expect(JSON.stringify({ ignored, unknown, notices })).not.toMatch(/\\u00[01]|\\n/)
    }),
  )
})

test('whatever lines surround it, READY=1 on a line of its own is seen', () => {
  const line = fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => text.replaceAll(/[\n\0]/g, ''))
  fc.assert(
    fc.property(fc.array(line, { maxLength: 10 }), fc.array(line, { maxLength: 10 }), (before, after) => {
      const { notices } = parse([...before, 'READY=1', ...after].join('\n'))
      expect(notices).toContainEqual({ kind: 'ready' })
    }),
  )
})
