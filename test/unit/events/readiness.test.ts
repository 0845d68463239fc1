import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { GuestNotice } from '../../../src/events/guest-notice.ts'
import {
  newReadiness,
  observeGuest,
  type ReadinessInput,
  type ReadinessPolicy,
  whatIsMissing,
} from '../../../src/events/readiness.ts'

const hostname: GuestNotice = { kind: 'hostname', hostname: 'web' }
const machineId: GuestNotice = { kind: 'machine-id', machineId: 'a'.repeat(32) }
const signals: GuestNotice = { kind: 'signals-level', level: 2 }
const ready: GuestNotice = { kind: 'ready' }
const on = (unit: string): GuestNotice => ({ kind: 'unit', unit: `${unit}.target`, active: true })
const off = (unit: string): GuestNotice => ({ kind: 'unit', unit: `${unit}.target`, active: false })
const shutdown = (how: 'poweroff' | 'reboot' | 'kexec'): GuestNotice => ({
  kind: 'shutdown',
  how,
  exitStatus: 0,
})
const status = (text: string): GuestNotice => ({ kind: 'status', status: text })
const reset: ReadinessInput = { kind: 'vmm-reset' }
const booted: ReadinessInput = { kind: 'vmm-booted' }

const hello = [hostname, machineId, signals]
const boot = [...hello, on('sysinit'), on('basic'), on('multi-user'), ready, on('graphical')]
const SYSTEM: ReadinessPolicy = { ready: { kind: 'system' }, systemd: undefined }

const play = (inputs: readonly ReadinessInput[], policy = SYSTEM) => {
  let readiness = newReadiness(policy)
  const kinds: string[] = []
  for (const input of inputs) {
    const step = observeGuest(readiness, input)
    readiness = step.readiness
    kinds.push(...step.events.map(({ kind }) => kind))
  }
  const count = (kind: string) => kinds.filter((each) => each === kind).length
  return { readiness, kinds, count, verdict: readiness.verdict, missing: whatIsMissing(readiness) }
}

describe('ready = "system"', () => {
  test('an ordinary boot is ready once, at READY=1', () => {
    expect(play(boot).verdict).toBe('ready')
    expect(play(boot).count('guest-ready')).toBe(1)
    expect(play(boot.slice(0, -2)).verdict).toBe('waiting')
    expect(play(boot.slice(0, -2)).missing).toContain('READY=1 did not come')
  })

  test('a degraded boot is ready too: failed services do not keep READY=1 back', () => {
    expect(play([...hello, on('basic'), ready]).verdict).toBe('ready')
  })

  test('a READY=1 before basic.target is not lost', () => {
    expect(play([...hello, ready]).missing).toContain('basic.target')
    expect(play([...hello, ready, on('basic')]).verdict).toBe('ready')
  })

  test('multi-user.target stands in for a lost basic.target', () => {
    expect(play([on('multi-user'), ready]).verdict).toBe('ready')
  })

  test('systemd 254 and 255 say READY=1 and nothing else', () => {
    expect(play([status('(1 of 2) Job a.service/start running'), ready]).verdict).toBe('ready')
    expect(play([ready], { ready: { kind: 'system' }, systemd: 255 }).verdict).toBe('ready')
  })

  test('a bare READY=1 is not believed of a systemd known to say more', () => {
    const policy: ReadinessPolicy = { ready: { kind: 'system' }, systemd: 257 }
    expect(play([ready], policy).verdict).toBe('waiting')
    expect(play([ready, ...hello, on('basic')], policy).verdict).toBe('ready')
  })

  test('READY=1 repeated after daemon-reload is no second readiness', () => {
    expect(play([...boot, { kind: 'reloading' }, signals, ready]).count('guest-ready')).toBe(1)
  })
})

describe('emergency', () => {
  const stuck = [...hello, on('emergency'), status('Ready.'), ready]

  test.each(['emergency', 'rescue'])('%s.target with READY=1 is not ready', (unit) => {
    const seen = play([...hello, on('basic'), on(unit), ready])
    expect(seen.verdict).toBe('emergency')
    expect(seen.kinds).toContain('guest-emergency')
    expect(seen.kinds).not.toContain('guest-ready')
    expect(seen.kinds).toContain('notify-ignored')
    expect(seen.missing).toContain(`${unit}.target`)
  })

  test('READY=1 before emergency.target in the same boot leaves emergency', () => {
    expect(play([...boot, on('rescue')]).verdict).toBe('emergency')
  })

  test('the shell of an initrd: signals level and READY=1, no host name', () => {
    const seen = play([signals, status('Ready.'), ready])
    expect(seen.verdict).toBe('emergency')
    expect(seen.missing).toContain('initrd')
    expect(seen.kinds).toContain('guest-emergency')
  })

  test('an initrd whose shell was left boots on and becomes ready', () => {
    const seen = play([signals, ready, ...boot])
    expect(seen.verdict).toBe('ready')
    expect(seen.count('guest-rebooting')).toBe(0)
    expect(play([signals, ready, ...hello, on('basic')]).verdict).toBe('waiting')
  })

  test('an ordinary systemd initrd changes nothing', () => {
    const seen = play([signals, status('(1 of 3) dev-vda.device/start running'), ...boot])
    expect(seen.verdict).toBe('ready')
    expect(seen.count('guest-rebooting')).toBe(0)
  })

  test('systemctl default: ready by a new READY=1, or by multi-user.target where PID 1 does not repeat itself', () => {
    expect(play([...stuck, off('emergency'), on('basic')]).verdict).toBe('waiting')
    expect(play([...stuck, off('emergency'), on('basic'), ready]).verdict).toBe('ready')
    expect(play([...stuck, off('emergency'), on('basic'), on('multi-user')]).verdict).toBe('ready')
    expect(play([...stuck, on('basic'), on('multi-user'), off('emergency')]).verdict).toBe('ready')
  })

  test('rescue and back, twice ready in one boot', () => {
    const seen = play([...boot, off('multi-user'), on('rescue'), off('rescue'), on('multi-user')])
    expect(seen.count('guest-ready')).toBe(2)
    expect(seen.verdict).toBe('ready')
  })

  test('a reboot out of emergency mode starts clean', () => {
    expect(play([...stuck, reset, ...boot]).verdict).toBe('ready')
  })
})

describe('a new boot in the same process', () => {
  const down = [off('multi-user'), on('shutdown'), on('reboot')]

  test.each([
    ['reboot, announced and seen by the VMM', [...down, shutdown('reboot'), reset]],
    ['reboot, unseen by the VMM', [...down, shutdown('reboot')]],
    ['hard reset', [reset]],
    ['hard reset, told twice', [reset, reset]],
    ['announced, told twice', [...down, shutdown('reboot'), reset, reset]],
    ['kexec', [shutdown('kexec')]],
    ['soft reboot', [on('soft-reboot')]],
    ['soft reboot, only noticed by the second host name', []],
  ] as [string, ReadinessInput[]][])('%s', (_name, between) => {
    const seen = play([...boot, ...between, ...boot])
    expect(seen.count('guest-ready')).toBe(2)
    expect(seen.count('guest-rebooting')).toBe(1)
    expect(seen.verdict).toBe('ready')
    expect(play([...boot, ...between, ...hello]).verdict).toBe('waiting')
  })

  test('an initrd speaks first after a reboot', () => {
    const seen = play([...boot, shutdown('reboot'), signals, ...boot])
    expect(seen.count('guest-rebooting')).toBe(1)
    expect(seen.count('guest-ready')).toBe(2)
  })

  test('a guest of systemd 255 is ready again after the reset', () => {
    expect(play([ready, reset, ready]).count('guest-ready')).toBe(2)
  })

  test('READY=1 of the boot before does not count', () => {
    expect(play([...boot, reset, ...hello, on('basic')]).verdict).toBe('waiting')
  })

  test('nothing said while going down makes it ready', () => {
    expect(play([...hello, on('basic'), on('reboot'), ready]).verdict).toBe('waiting')
  })

  test('poweroff is told once by its target and once, with the exit status, at the end', () => {
    const seen = play([...boot, on('poweroff'), shutdown('poweroff')])
    expect(seen.count('guest-shutdown')).toBe(2)
    expect(seen.verdict).toBe('waiting')
  })
})

describe('other policies', () => {
  const policy = (kind: 'booted' | 'process'): ReadinessPolicy => ({ ready: { kind }, systemd: undefined })
  const target: ReadinessPolicy = { ready: { kind: 'target', unit: 'app.target' }, systemd: undefined }

  test('target:NAME', () => {
    expect(play(boot, target).missing).toContain('app.target has not')
    expect(play([...hello, on('app')], target).verdict).toBe('ready')
    expect(play([...hello, on('app'), on('emergency')], target).verdict).toBe('emergency')
    expect(play([ready], target).missing).toContain('256')
    expect(
      play([...hello, on('rescue')], { ...target, ready: { kind: 'target', unit: 'rescue.target' } }).verdict,
    ).toBe('ready')
  })

  test('booted', () => {
    expect(play([signals], policy('booted')).verdict).toBe('waiting')
    expect(play([hostname], policy('booted')).verdict).toBe('ready')
    expect(play([ready], policy('booted')).verdict).toBe('ready')
    expect(play([...boot, reset, ...boot], policy('booted')).count('guest-ready')).toBe(2)
  })

  test('process', () => {
    expect(play([], policy('process')).verdict).toBe('waiting')
    expect(play([booted], policy('process')).verdict).toBe('ready')
    expect(play([booted, ...boot], policy('process')).count('guest-ready')).toBe(1)
    expect(play([booted, reset], policy('process')).kinds).toEqual([
      'vmm-booted',
      'guest-ready',
      'guest-rebooting',
      'guest-ready',
    ])
  })
})

describe('always', () => {
  const input = fc.constantFrom<ReadinessInput>(
    hostname, machineId, signals, ready, on('basic'), off('basic'), on('multi-user'), on('emergency'),
    off('emergency'), on('rescue'), on('reboot'), on('poweroff'), shutdown('reboot'), shutdown('kexec'),
    shutdown('poweroff'), status('a'), reset, booted, { kind: 'reloading' },
  ) // prettier-ignore

  test('the verdict says what the events said, and ready comes once until something undoes it', () => {
    fc.assert(
      fc.property(fc.array(input, { maxLength: 40 }), (inputs) => {
        let readiness = newReadiness(SYSTEM)
        let isReady = false
        for (const each of inputs) {
          const { readiness: next, events } = observeGuest(readiness, each)
          readiness = next
          for (const { kind } of events) {
            if (kind === 'guest-ready') {
              expect(isReady).toBe(false)
              isReady = true
            }
            if (kind === 'guest-emergency' || kind === 'guest-rebooting' || kind === 'guest-shutdown')
              isReady = false
          }
          expect(readiness.verdict === 'ready').toBe(isReady)
          if (isReady) {
            expect(readiness.facts.emergency).toBeUndefined()
            expect(readiness.facts.leaving).toBeUndefined()
          }
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('an ordinary boot after a reset is ready, whatever came before', () => {
    fc.assert(
      fc.property(fc.array(input, { maxLength: 40 }), (inputs) => {
        expect(play([...inputs, reset, ...boot]).verdict).toBe('ready')
      }),
      { numRuns: 1000 },
    )
  })
})
