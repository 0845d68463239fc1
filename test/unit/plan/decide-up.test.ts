import { expect, test } from 'vitest'
import { planMachine } from '../../../src/plan/decide-up.ts'
import type { Observed } from '../../../src/plan/observed.ts'
import type { Plan } from '../../../src/plan/plan.ts'
import type { MachineSpec } from '../../../src/spec/machine-spec.ts'
import {
  directories,
  filesImage,
  machineSpec,
  observed,
  observedWithoutKvm,
  program,
  shareSpec,
} from '../../machine-spec.ts'

const planOf = (spec: MachineSpec, host: Observed = observed()): Plan => {
  const result = planMachine(spec, host, directories, filesImage)
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result.value
}

const codesOf = (spec: MachineSpec, host: Observed): string[] => {
  const result = planMachine(spec, host, directories, filesImage)
  return result.ok ? [] : result.problems.map(({ code }) => code)
}

const withPrograms = (changes: Observed['programs']): Observed =>
  observed({ programs: { ...observed().programs, ...changes } })

test('auto takes cloud-hypervisor where KVM and the program are there', () => {
  expect(planOf(machineSpec()).hypervisor).toMatchObject({ name: 'cloud-hypervisor', accel: 'kvm' })
})

test('auto takes QEMU on KVM without cloud-hypervisor, and says why', () => {
  const { 'cloud-hypervisor': _without, ...programs } = observed().programs
  const { hypervisor } = planOf(machineSpec(), observed({ programs }))
  expect(hypervisor).toMatchObject({ name: 'qemu', accel: 'kvm' })
  expect(hypervisor.because).toBe('cloud-hypervisor is not installed; KVM is usable')
})

test('auto takes QEMU on KVM where cloud-hypervisor is too old', () => {
  const { hypervisor } = planOf(
    machineSpec(),
    withPrograms({ 'cloud-hypervisor': program('cloud-hypervisor', 50, 2) }),
  )
  expect(hypervisor).toMatchObject({ name: 'qemu', accel: 'kvm' })
  expect(hypervisor.because).toMatch('cloud-hypervisor 50.2 is too old')
})

test('without KVM auto emulates the CPU, with the reason KVM is not used', () => {
  const { hypervisor } = planOf(machineSpec(), observedWithoutKvm())
  expect(hypervisor).toMatchObject({ name: 'qemu', accel: 'tcg' })
  expect(hypervisor.because).toMatch('There is no /dev/kvm')
})

test('a named hypervisor is never replaced', () => {
  const spec = machineSpec({ hypervisor: 'cloud-hypervisor' })
  expect(codesOf(spec, observedWithoutKvm())).toEqual(['PROGRAM_MISSING'])
  expect(codesOf(spec, { ...observedWithoutKvm(), programs: observed().programs })).toEqual(['KVM_UNUSABLE'])
  expect(planOf(machineSpec({ hypervisor: 'qemu' })).hypervisor.name).toBe('qemu')
})

test('the reason and the way out of an unusable KVM are those observed', () => {
  const host = { ...observedWithoutKvm(), programs: observed().programs }
  const result = planMachine(machineSpec({ hypervisor: 'cloud-hypervisor' }), host, directories, filesImage)
  expect(result).toMatchObject({
    ok: false,
    problems: [
      { because: 'There is no /dev/kvm.', fix: expect.stringContaining('Load kvm_intel or kvm_amd.') },
    ],
  })
})

test('QEMU 7.2, whose emulation breaks Linux 6.12, is refused', () => {
  const host = observedWithoutKvm()
  const programs = { ...host.programs, qemu: program('qemu-system-x86_64', 7, 2, 22) }
  expect(codesOf(machineSpec(), { ...host, programs })).toEqual(['PROGRAM_MISSING', 'PROGRAM_TOO_OLD'])
})

test.each([
  [53, 'on-eof'],
  [54, 'on-eof'],
  [52, 'on-data'],
  [51, 'on-data'],
])('cloud-hypervisor %i is answered %s', (version, answer) => {
  const host = withPrograms({ 'cloud-hypervisor': program('cloud-hypervisor', version, 0) })
  expect(planOf(machineSpec(), host).notify.answer).toBe(answer)
})

test('vhost-device-vsock is always answered at the first data', () => {
  expect(planOf(machineSpec({ hypervisor: 'qemu' })).notify.answer).toBe('on-data')
})

test('start times are stretched under emulation, the stop time is not', () => {
  expect(planOf(machineSpec()).times).toMatchObject({ start: 90_000, startMax: 900_000, stop: 90_000 })
  expect(planOf(machineSpec(), observedWithoutKvm()).times).toMatchObject({
    start: 360_000,
    startMax: 3_600_000,
    stop: 90_000,
  })
})

test('the notify socket is the first string, and always a stream', () => {
  const spec = machineSpec({ platform: { ...machineSpec().platform, oemStrings: ['mine'] } })
  expect(planOf(spec).oemStrings[0]).toBe('io.systemd.credential:vmm.notify_socket=vsock-stream:2:1234')
  expect(planOf(spec).oemStrings.at(-1)).toBe('mine')
})

test('no value of a credential is in the strings of the plan', () => {
  const credentials = [{ name: 'token', from: { kind: 'text', text: 's3cret' } }] as const
  const plan = planOf(machineSpec({ credentials }))
  expect(plan.oemStrings.join()).not.toContain('s3cret')
  expect(plan.cmdline.join()).not.toContain('s3cret')
  expect(plan.secretCredentials).toEqual(credentials)
})

test('a panic is neither a hang nor a loop without a pause, and the user has the last word', () => {
  const { cmdline } = planOf(machineSpec({ kernelParams: ['panic=0'] }))
  expect(cmdline).toContain('panic=10')
  expect(cmdline.at(-1)).toBe('panic=0')
})

test('the image may still be missing from a plan', () => {
  const spec = machineSpec({ image: { kind: 'flake', reference: '.#web' } })
  const result = planMachine(spec, observed(), directories, undefined)
  expect(result).toMatchObject({ ok: true, value: { image: undefined } })
  expect(result.ok && result.value.steps[0]?.do).toBe('build-image')
})

test('a share with a socket of its own needs no virtiofsd, but shared memory', () => {
  const plan = planOf(machineSpec({ shares: [shareSpec({ socket: '/run/fs.sock' })] }))
  expect(plan.sidecars).toEqual([])
  expect(plan.memory.shared).toBe(true)
})

test('large credentials are a warning for a guest that reads only the first page', () => {
  const credentials = [{ name: 'big', from: { kind: 'text', text: 'x'.repeat(4000) } }] as const
  const old = planMachine(machineSpec({ credentials }), observed(), directories, {
    ...filesImage,
    systemd: 256,
  })
  expect(old).toMatchObject({ ok: true, warnings: [{ code: 'CREDENTIAL_TOO_LARGE' }] })
  const newer = planMachine(machineSpec({ credentials }), observed(), directories, filesImage)
  expect(newer).toMatchObject({ ok: true, warnings: [] })
})

test('a socket of exactly the allowed length passes', () => {
  const rest = '/web/vsock.sock_4294967294'.length
  const runtime = (length: number) => ({ ...directories, runtime: `/${'r'.repeat(length - rest - 1)}` })
  expect(planMachine(machineSpec(), observed(), runtime(107), filesImage).ok).toBe(true)
  expect(planMachine(machineSpec(), observed(), runtime(108), filesImage)).toMatchObject({
    problems: [{ code: 'SOCKET_PATH_TOO_LONG', fix: expect.stringContaining('MICROVM_RUNTIME_DIR') }],
  })
})
