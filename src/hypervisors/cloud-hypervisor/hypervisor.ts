import type { Hypervisor } from '../contract.ts'
import { capabilities } from './capabilities.ts'
import { check } from './check.ts'
import { checkSecrets } from './check-secrets.ts'
import { compile } from './compile.ts'
import { control } from './control.ts'

/** cloud-hypervisor, the reference: KVM only, driven over its HTTP API. */
export const cloudHypervisor: Hypervisor = {
  name: 'cloud-hypervisor',
  program: 'cloud-hypervisor',
  capabilities,
  check,
  needs: (spec) =>
    spec.interfaces.some(({ type }) => type === 'macvtap')
      ? [
          {
            name: 'ch-remote',
            why: 'to hand the macvtap device to cloud-hypervisor',
            at: ['machines', spec.name, 'interfaces'],
          },
        ]
      : [],
  checkSecrets,
  compile,
  control,
}
