import type { Plan } from '../../../plan/plan.ts'

/**
 * cloud-hypervisor derives rules from the devices; these are the ones it forgets: our run directory, where it makes the
 * serial socket anew at each reboot of the guest, what it reads about a tap in /sys, and the nodes of IOMMU groups: it allows
 * /dev/vfio/ADDRESS, and the nodes are named after the group's number, which is the host's business.
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
          ...(spec.devices.length === 0 ? [] : [{ path: '/dev/vfio', access: 'rw' }]),
          ...spec.landlock.rules,
        ],
      }
    : {}
