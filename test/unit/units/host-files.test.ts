import { describe, expect, test } from 'vitest'
import { EXIT } from '../../../src/errors/catalogue.ts'
import type { HostFacts } from '../../../src/units/host-facts.ts'
import { hostFiles } from '../../../src/units/host-files.ts'
import { machineService } from '../../../src/units/machine-service.ts'
import { notifyAccess } from '../../../src/units/notify-access.ts'

const host = (changes: Partial<HostFacts> = {}): HostFacts => ({
  prefix: '/usr/local',
  systemd: 257,
  program: ['/usr/bin/node', '/usr/local/lib/microvm/microvm.mjs'],
  env: '/usr/bin/env',
  machined: false,
  ...changes,
})

const settingsOf = (text: string, directive: string): string[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith(`${directive}=`))
    .map((line) => line.slice(directive.length + 1))

describe('microvm@.service', () => {
  test('starts the supervisor of the instance, and only its main process may notify', () => {
    const text = machineService(host())
    expect(settingsOf(text, 'ExecStart')).toEqual([
      '/usr/bin/env --ignore-signal=RTMIN+4 /usr/bin/node /usr/local/lib/microvm/microvm.mjs run %i --file /etc/microvm',
    ])
    expect(settingsOf(text, 'Type')).toEqual(['notify'])
    expect(settingsOf(text, 'NotifyAccess')).toEqual(['main'])
    expect(settingsOf(text, 'OpenFile')).toEqual(['/run/systemd/notify:notify'])
    expect(settingsOf(text, 'KillMode')).toEqual(['mixed'])
  })

  test('where systemd has no OpenFile=, systemd-notify may speak', () => {
    const text = machineService(host({ systemd: 252 }))
    expect(settingsOf(text, 'NotifyAccess')).toEqual(['all'])
    expect(settingsOf(text, 'OpenFile')).toEqual([])
    expect(settingsOf(text, 'RestartSteps')).toEqual([])
    expect(notifyAccess(252).because).toContain('systemd-notify')
  })

  test('runs nothing as root unless machined was asked for', () => {
    expect(machineService(host())).not.toMatch(/^Exec\w+=[-@:|]*[+!]/m)
    expect(settingsOf(machineService(host({ machined: true })), 'ExecStartPost')).toEqual([
      '+-/usr/bin/node /usr/local/lib/microvm/microvm.mjs host register %i $MAINPID',
    ])
  })

  test('a machine that somebody wanted stopped, or that cannot start, is not started again', () => {
    const statuses = settingsOf(machineService(host()), 'RestartPreventExitStatus')[0]?.split(' ')
    expect(statuses).toEqual(expect.arrayContaining([String(EXIT.stoppedHard), String(EXIT.usage)]))
    for (const again of [EXIT.failed, EXIT.timeout, EXIT.busy]) expect(statuses).not.toContain(String(again))
  })

  test('words of the command line survive spaces, percent and dollar signs', () => {
    const text = machineService(host({ program: ['/opt/my "node"', '/opt/100%/$x/m.mjs'] }))
    expect(settingsOf(text, 'ExecStart')[0]).toContain(
      '"/opt/my \\"node\\"" /opt/100%%/$$x/m.mjs run %i --file /etc/microvm',
    )
  })
})

test('files lie where systemd looks for them, and differ by prefix only', () => {
  const paths = (prefix: string): string[] => hostFiles(host({ prefix })).map(({ path }) => path)
  expect(paths('/usr/local')).toEqual([
    '/usr/local/lib/systemd/system/microvm@.service',
    '/usr/local/lib/systemd/system/microvms.target',
    '/usr/local/lib/systemd/system-generators/microvm-generator',
    '/usr/local/lib/sysusers.d/microvm.conf',
    '/usr/local/lib/tmpfiles.d/microvm.conf',
    '/usr/local/share/polkit-1/rules.d/50-microvm.rules',
  ])
  expect(paths('/etc')[0]).toBe('/etc/systemd/system/microvm@.service')
  const contents = (prefix: string): string[] => hostFiles(host({ prefix })).map(({ content }) => content)
  expect(contents('/etc')).toEqual(contents('/usr'))
})

test('nobody but root may write what is installed', () => {
  for (const { mode } of hostFiles(host())) expect(mode & 0o022).toBe(0)
})
