import type { Problem } from '../../errors/problem.ts'
import { isAtLeast } from '../../plan/version.ts'
import type { MachineSpec } from '../../spec/machine-spec.ts'
import { capabilityProblem } from '../capability-problem.ts'
import { SINCE } from './capabilities.ts'

const PLATFORM_TEXTS = ['manufacturer', 'productName', 'version', 'skuNumber', 'family', 'assetTag'] as const

/** Features that are newer than the cloud-hypervisor at hand. */
export const checkVersion = (spec: MachineSpec, version: readonly number[]): Problem[] => {
  const problems: Problem[] = []
  const need = (
    since: readonly number[],
    at: readonly (string | number)[],
    what: string,
    instead: string,
  ) => {
    if (!isAtLeast(version, since))
      problems.push(
        capabilityProblem(
          spec.name,
          at,
          `${what} needs cloud-hypervisor ${since.join('.')} or newer.`,
          `Install a newer cloud-hypervisor, or ${instead}.`,
          `This is version ${version.join('.')}.`,
        ),
      )
  }
  if (spec.cpu.coreScheduling !== undefined)
    need(SINCE.coreScheduling, ['cpu', 'coreScheduling'], 'coreScheduling', 'remove it')
  for (const [index, volume] of spec.volumes.entries())
    if (volume.lockGranularity !== undefined)
      need(SINCE.lockGranularity, ['volumes', index, 'lockGranularity'], 'lockGranularity', 'remove it')
  for (const [index, { type }] of spec.interfaces.entries())
    if (type === 'user')
      need(
        SINCE.passt,
        ['interfaces', index, 'type'],
        'An interface of type "user" (passt)',
        'use type "tap"',
      )
  for (const key of PLATFORM_TEXTS)
    if (spec.platform[key] !== undefined)
      need(SINCE.systemStrings, ['platform', key], `platform.${key}`, 'remove it')
  return problems
}
