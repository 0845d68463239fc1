import type { Standstill } from '../events/standstill.ts'
import type { Plan } from '../plan/plan.ts'
import { volumePath } from '../plan/volume-path.ts'

/** Why a machine stands still and what to do about it, in one line: `microvm ps` and the unit's status show it. */
export const pausedText = (plan: Plan, { cause, because, device }: Standstill): string => {
  const resume = `microvm resume ${plan.spec.name}`
  switch (cause) {
    case 'disk': {
      const path = pathOf(plan, device)
      const where = path === undefined ? 'there' : `for ${path}`
      return `${because} Make room ${where}, then: ${resume}`
    }
    case 'suspend':
      return `${because} Wake it up: ${resume}`
    default:
      return `${because} Let it go on: ${resume}`
  }
}

const pathOf = ({ spec, image, places }: Plan, device: string | undefined): string | undefined => {
  const volume = spec.volumes.find(({ id }) => id === device)
  if (volume !== undefined) return volumePath(places, volume)
  return device === 'root' ? image?.root?.path : undefined
}
