import type { Hypervisor } from '../contract.ts'
import { capabilities } from './capabilities.ts'
import { check } from './check.ts'
import { checkSecrets } from './check-secrets.ts'
import { compile } from './compile.ts'
import { control } from './control.ts'

/** QEMU, with KVM or without: where cloud-hypervisor cannot run, the same machine on emulated CPUs. */
export const qemu: Hypervisor = {
  name: 'qemu',
  program: 'qemu',
  capabilities,
  check,
  needs: () => [],
  checkSecrets,
  compile,
  control,
}
