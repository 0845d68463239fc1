import { describe, expect, test } from 'vitest'
import { aptConfOf } from '../../../src/images/debian/apt-conf.ts'
import { customizeScript } from '../../../src/images/debian/customize-script.ts'
import { explainBuildFailure } from '../../../src/images/debian/explain-failure.ts'
import { initScript } from '../../../src/images/debian/init-script.ts'
import { mmdebstrapArgs } from '../../../src/images/debian/mmdebstrap-args.ts'
import { stageOf } from '../../../src/images/debian/progress.ts'
import { MicrovmError } from '../../../src/errors/microvm-error.ts'
import { runProgram } from '../../../src/host/run-program.ts'
import type { DebianRecipe } from '../../../src/spec/machine-spec.ts'

const recipe: DebianRecipe = {
  suite: 'trixie',
  packages: ['curl'],
  files: [{ path: "/etc/it's here", mode: '0640', from: { content: 'x' } }],
  run: ['echo one', 'echo two'],
  enable: ["a'b.service"],
  emptyRootPassword: true,
}
const args = (change: Partial<DebianRecipe> = {}): readonly string[] =>
  mmdebstrapArgs({
    recipe: { ...recipe, ...change },
    arch: 'amd64',
    sources: ['deb https://mirror.example/debian trixie main'],
    aptConf: [],
    staging: "/cache/o'clock",
    parts: '/cache/parts',
  })

describe('arguments of mmdebstrap', () => {
  test('the base system, a kernel for virtual machines, and what the recipe adds', () =>
    expect(args()).toContain(
      '--include=systemd,systemd-sysv,dbus,udev,kmod,linux-image-cloud-amd64,systemd-resolved,systemd-timesyncd,curl',
    ))
  test('a package of the recipe that does the work of one of ours takes its place', () =>
    expect(args({ packages: ['chrony', 'openresolv'] })).toContain(
      '--include=systemd,systemd-sysv,dbus,udev,kmod,linux-image-cloud-amd64,chrony,openresolv',
    ))
  test("a kernel of the recipe's own replaces ours", () =>
    expect(args({ packages: ['linux-image-amd64'] })).toContain(
      '--include=systemd,systemd-sysv,dbus,udev,kmod,systemd-resolved,systemd-timesyncd,linux-image-amd64',
    ))
  test('each file and each command is brought in by number, whatever its name', () =>
    expect(
      args()
        .filter((arg) => arg.includes('upload'))
        .map((arg) => arg.split(' ').at(-1)),
    ).toEqual([
      '/microvm-build/customize.sh',
      '/microvm-build/files/0',
      '/microvm-build/run/0',
      '/microvm-build/run/1',
    ]))
  test('suite, no target, sources come last', () =>
    expect(args().slice(-3)).toEqual([
      'trixie',
      '/dev/null',
      'deb https://mirror.example/debian trixie main',
    ]))
})

test.each([
  ['customize script', customizeScript(recipe)],
  ['init script', initScript],
])('the %s is one a shell can read', async (_, script) => {
  await runProgram('sh', ['-n', '-c', script])
})

test('paths and units are single words of the script, whatever is in them', () => {
  const script = customizeScript(recipe)
  expect(script).toContain(`install -D -m 0640 /microvm-build/files/0 '/etc/it'\\''s here'`)
  expect(script).toContain(`systemctl --quiet enable 'a'\\''b.service'`)
})

test('stages are named for people, everything else is dropped', () => {
  expect(stageOf('I: running apt-get update...')).toBe('reading package lists')
  expect(stageOf('microvm-stage: packing the root file system')).toBe('packing the root file system')
  expect(stageOf('Get:1 something')).toBeUndefined()
})

test("of the host's apt settings only what reaches the mirror is taken over", () => {
  const dump = [
    'Acquire::http::Proxy "http://proxy.example:3142";',
    'Acquire::https::mirror.example::Proxy "DIRECT";',
    'Acquire::https::Proxy "";',
    'Acquire::Check-Date "false";',
    'APT::Install-Recommends "1";',
    'DPkg::Post-Invoke:: "rm -rf /";',
  ].join('\n')
  expect(aptConfOf(dump)).toEqual([
    'Acquire::http::Proxy "http://proxy.example:3142";',
    'Acquire::https::mirror.example::Proxy "DIRECT";',
    'Acquire::Check-Date "false";',
  ])
})

test.each([
  ['E: Unable to locate package nope', 'IMAGE_BUILD_FAILED', /name of the package/],
  ['cp: error writing: No space left on device', 'DISK_FULL', /MICROVM_CACHE_DIR/],
  ['Temporary failure resolving', 'IMAGE_BUILD_FAILED', /network/],
  ['something else', 'IMAGE_BUILD_FAILED', /mmdebstrap said/],
])('a build that ended with %j', (output, code, fix) => {
  const failure = new MicrovmError('PROGRAM_FAILED', 'mmdebstrap failed', { because: output })
  const error = explainBuildFailure('trixie', failure) as MicrovmError
  expect(error.code).toBe(code)
  expect(error.because).toContain(output)
  expect(error.fix).toMatch(fix)
})
