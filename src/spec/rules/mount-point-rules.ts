import { normalize } from 'node:path'
import { type Finding, type Rule, clash, those, wrong } from './rule.ts'

/** Characters udev keeps in the names of /dev/disk/by-id; others become "_" (udev(7), `OPTIONS+="string_escape=replace"`). */
const UDEV_NAME = /^[A-Za-z0-9#+.:=@_-]*$/

/** Mounts travel as lines of fstab(5) in the credential fstab.extra, and systemd makes unit names of their paths. */
export const mountPointRules: Rule = {
  reads: ['volumes', 'shares'],
  check: ({ volumes, shares }) => [
    ...volumes.flatMap(({ mountPoint, serial, vhostUserSocket }, index) => [
      ...pathFindings(
        mountPoint,
        ['volumes', index, 'mountPoint'],
        'For a writable root, set root = true on the volume.',
      ),
      ...those(
        mountPoint !== undefined &&
          vhostUserSocket !== undefined &&
          clash(
            ['volumes', index, 'mountPoint'],
            'is set for a vhost-user volume.',
            'The guest finds the disk to mount by its serial, and that of a vhost-user disk is up to its back-end.',
            'Remove mountPoint, and let the guest mount it by label or UUID: systemd.mount-extra=LABEL=NAME:/PATH in kernelParams, or its own fstab.',
          ),
        mountPoint !== undefined &&
          vhostUserSocket === undefined &&
          !UDEV_NAME.test(serial) &&
          wrong(
            ['volumes', index, 'serial'],
            `is ${JSON.stringify(serial)}, by which the guest could not find the disk to mount.`,
            'It mounts /dev/disk/by-id/virtio-SERIAL, and udev replaces unusual characters there.',
            'Use letters, digits and # + - . : = @ _.',
          ),
      ),
    ]),
    ...shares.flatMap(({ mountPoint, tag }, index) => [
      ...pathFindings(
        mountPoint,
        ['shares', index, 'mountPoint'],
        'The root comes from the image; mount the share below it.',
      ),
      ...those(
        mountPoint !== undefined &&
          tag.startsWith('#') &&
          wrong(
            ['shares', index, 'tag'],
            'begins with "#".',
            'Such a line of fstab(5) is a comment.',
            'Choose another tag.',
          ),
      ),
    ]),
  ],
}

const pathFindings = (path: string | undefined, at: Finding['at'], root: string): Finding[] => {
  if (path === undefined) return []
  if (/^\/+$/.test(path))
    return [wrong(at, 'is "/".', 'The root file system is mounted before anything else.', root)]
  return those(
    normalize(path).replace(/\/$/, '') !== path.replace(/\/$/, '') &&
      wrong(
        at,
        `is ${JSON.stringify(path)}, which is no plain path.`,
        'systemd makes a unit name of it and takes no "." or ".." there.',
        `Write "${normalize(path)}".`,
      ),
  )
}
