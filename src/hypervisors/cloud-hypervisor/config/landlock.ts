import type { Plan } from '../../../plan/plan.ts'

/**
 * cloud-hypervisor derives rules from the devices; these are the ones it forgets: our run directory, where it makes the
 * serial socket anew at each reboot of the guest, and what it reads about a tap in /sys.
 */
export const landlock = ({ spec, places }: Plan) =>
  spec.landlock.enabled
    ? {
        landlock_enable: true,
        landlock_rules: [
          { path: places.run, access: 'rw' },
          ...spec.interfaces
            .filter(({ type }) => type === 'tap')
            .map(({ name }) => ({ path: `/sys/class/net/${name}`, access: 'r' })),
          ...spec.landlock.rules,
        ],
      }
    : {}
