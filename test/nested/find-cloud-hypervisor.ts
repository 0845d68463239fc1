import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findProgram } from '../../src/host/find-program.ts'

type Found = { readonly 'cloud-hypervisor': string; readonly 'ch-remote': string }

/** The binary to test with: `CLOUD_HYPERVISOR`, else what the product itself would find; and ch-remote, which is built with it and lies beside it. */
export const findCloudHypervisor = (): Found | undefined => {
  const told = process.env['CLOUD_HYPERVISOR']
  const found = told === undefined || told === '' ? findProgram('cloud-hypervisor', process.env) : told
  if (found === undefined || !existsSync(found)) return undefined
  const remote = join(dirname(found), 'ch-remote')
  return existsSync(remote) ? { 'cloud-hypervisor': found, 'ch-remote': remote } : undefined
}
