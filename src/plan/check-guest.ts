import type { Problem } from '../errors/problem.ts'
import { systemdOfSuite } from '../spec/systemd-of-suite.ts'
import type { FilesImage, MachineSpec } from '../spec/machine-spec.ts'

/** Stream vsock in vmm.notify_socket (systemd v254 NEWS). */
const NOTIFY_SINCE = 254
/** Targets are announced as X_SYSTEMD_UNIT_ACTIVE from here on. */
const TARGETS_SINCE = 256
/** The credential fstab.extra. */
const FSTAB_SINCE = 254

const systemdOf = (image: MachineSpec['image']): number | undefined => {
  if (image.kind === 'files') return image.systemd
  return image.kind === 'debian' ? systemdOfSuite(image.recipe) : undefined
}

/** What the guest's systemd, where its version is known, cannot do of what is asked. */
export const checkGuest = (spec: MachineSpec, image: FilesImage | undefined): Problem[] => {
  const systemd = image?.systemd ?? systemdOf(spec.image)
  if (systemd === undefined) return []
  const problems: Problem[] = []
  const add = (key: string, since: number, message: string, fix: string) =>
    systemd < since
      ? problems.push({
          code: 'CAPABILITY_MISSING',
          at: ['machines', spec.name, key],
          message,
          because: `The image ${image === undefined && spec.image.kind === 'debian' ? `of Debian ${spec.image.recipe.suite} will have` : 'has'} systemd ${systemd}; this came with version ${since}.`,
          fix,
        })
      : 0
  if (spec.ready.kind === 'system' || spec.ready.kind === 'booted')
    add(
      'ready',
      NOTIFY_SINCE,
      'The guest cannot say that it is ready: its systemd knows no stream vsock for notifications.',
      'Use a newer image (Debian 13; Debian 12 with systemd of bookworm-backports), or ready = "process".',
    )
  if (spec.ready.kind === 'target')
    add(
      'ready',
      TARGETS_SINCE,
      'The guest does not announce its targets.',
      'Use a newer image, or ready = "system".',
    )
  if ([...spec.volumes, ...spec.shares].some(({ mountPoint }) => mountPoint !== undefined))
    add(
      'volumes',
      FSTAB_SINCE,
      'The guest would not mount volumes and shares by their mountPoint.',
      'Use a newer image, or mount them from its own /etc/fstab and leave mountPoint out.',
    )
  if (spec.volumes.some(({ fsType }) => fsType === 'swap'))
    add(
      'volumes',
      FSTAB_SINCE,
      'The guest would not swap on its volumes.',
      'Use a newer image, or set fsType = "none" and let the guest swap by its own /etc/fstab.',
    )
  return problems
}
