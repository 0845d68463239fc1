import { createHash } from 'node:crypto'
import type { Plan } from '../plan/plan.ts'

/**
 * Tells whether a running machine is still what its definition says. Covers the spec, the image and the choice of
 * hypervisor; not the texts of credentials (a hash of a short secret can be guessed) and not versions of host programs.
 */
export const planHash = ({ spec, image, hypervisor }: Plan): string => {
  const credentials = spec.credentials.map(({ name, from }) =>
    from.kind === 'text' ? { name } : { name, from },
  )
  const text = JSON.stringify([{ ...spec, credentials }, image ?? null, hypervisor.name, hypervisor.accel])
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
