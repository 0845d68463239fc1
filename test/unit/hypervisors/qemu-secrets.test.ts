import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { invocationsOf, plansOf } from '../../../src/compile.ts'
import { directories, machineSpec, observed } from '../../machine-spec.ts'

/** What a file's name may have on Linux file systems (NAME_MAX). */
const LONGEST = 255

test('a credential with the longest name there can be fits into a file', () => {
  const host = { observed: observed(), directories, imageOf: () => undefined }
  const plans = plansOf([machineSpec({ hypervisor: 'qemu' })], host)
  const [plan] = plans.ok ? plans.value : []
  if (plan === undefined) throw new Error(JSON.stringify(plans))
  const { files } = invocationsOf(plan, [
    { name: 'n'.repeat(LONGEST), value: 'a' },
    { name: 'n', value: 'b' },
  ])
  expect(files.map(({ path }) => basename(path).length <= LONGEST)).toEqual([true, true])
  expect(new Set(files.map(({ path }) => path)).size).toBe(2)
})
