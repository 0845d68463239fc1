import { expect, test } from 'vitest'
import { planHash } from '../../../src/machine/plan-hash.ts'
import { planMachine } from '../../../src/plan/decide-up.ts'
import type { Observed } from '../../../src/plan/observed.ts'
import type { MachineSpec } from '../../../src/spec/machine-spec.ts'
import {
  directories,
  filesImage,
  machineSpec,
  observed,
  observedWithoutKvm,
  program,
} from '../../machine-spec.ts'

const hashOf = (changes: Partial<MachineSpec> = {}, host: Observed = observed()): string => {
  const plan = planMachine(machineSpec(changes), host, directories, filesImage)
  if (!plan.ok) throw new Error(JSON.stringify(plan.problems))
  return planHash(plan.value)
}

test('the same machine has the same hash, on another day and with newer programs', () => {
  expect(hashOf()).toMatch(/^[0-9a-f]{16}$/)
  expect(hashOf()).toBe(hashOf())
  const programs = { ...observed().programs, 'cloud-hypervisor': program('cloud-hypervisor', 54, 0) }
  expect(hashOf({}, observed({ programs }))).toBe(hashOf())
})

test('another definition, image or hypervisor has another', () => {
  const hashes = [
    hashOf(),
    hashOf({ kernelParams: ['quiet'] }),
    hashOf({ restart: 'always' }),
    hashOf({ image: { ...filesImage, kernel: '/other/vmlinuz' } }),
    hashOf({}, observedWithoutKvm()),
    hashOf({ credentials: [{ name: 'token', from: { kind: 'text', text: 'a' } }] }),
    hashOf({ credentials: [{ name: 'token', from: { kind: 'file', path: '/a' } }] }),
    hashOf({ credentials: [{ name: 'token', from: { kind: 'file', path: '/b' } }] }),
  ]
  expect(new Set(hashes).size).toBe(hashes.length)
})

test('a text is no part of it: what a hash of a short secret is good for, anybody can try out', () => {
  const credential = (text: string) => [{ name: 'token', from: { kind: 'text' as const, text } }]
  expect(hashOf({ credentials: credential('a') })).toBe(hashOf({ credentials: credential('b') }))
})
