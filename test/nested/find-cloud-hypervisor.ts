import { existsSync } from 'node:fs'
import { findProgram } from '../../src/host/find-program.ts'

/** The binary to test with: `CLOUD_HYPERVISOR`, else what the product itself would find. */
export const findCloudHypervisor = (): string | undefined => {
  const told = process.env['CLOUD_HYPERVISOR']
  if (told !== undefined && told !== '') return existsSync(told) ? told : undefined
  return findProgram('cloud-hypervisor', process.env)
}
