import { pausedBy } from '../../events/standstill.ts'
import { becomes, type EventData, ignored, textOf, type VmmEvents } from '../vmm-events.ts'

const NOT_USED = 'microvm gives no machine such a device or service.'
const ON_REQUEST = 'Only a request over QMP starts it, and whoever asked has the answer.'
const WARNS = 'as a warning'

/** QEMU names the block node; with a rate limit that is the filter above the volume's own node. */
const diskOf = (data: EventData): string => {
  const node = textOf(data['node-name']).replace(/-limited$/, '')
  const id = /\/peripheral\/([^/]+)/.exec(textOf(data['qom-path']))?.[1]
  return id ?? node
}

/**
 * Every event of QMP (`query-qmp-schema` of QEMU 10.0), and what becomes of it. Many can be caused by the guest as often as it likes;
 * guest-watch.ts bounds what of that is written down.
 */
export const EVENTS: VmmEvents = {
  // --- the machine as a whole ---------------------------------------------
  SHUTDOWN: becomes('vmm-ending', 'judges whether the guest or somebody else ended the machine', (data) => ({
    kind: 'vmm-ending',
    reason: textOf(data['reason']),
  })),
  POWERDOWN: ignored(
    'It is the power button, which the supervisor presses and reports itself (`stop-step`).',
  ),
  RESET: becomes('guest-rebooting', 'unless a snapshot was loaded', (data) =>
    data['reason'] === 'snapshot-load' ? undefined : { kind: 'guest-rebooting' },
  ),
  STOP: becomes('vmm-paused', 'with the reason that an event before it gave', () => pausedBy('request')),
  RESUME: becomes('vmm-resumed', 'the state before the pause comes back', () => ({ kind: 'vmm-resumed' })),
  SUSPEND: becomes('vmm-paused', 'the guest sleeps (S3)', () => pausedBy('suspend')),
  SUSPEND_DISK: ignored('QEMU ends then, as after a power-off; SHUTDOWN says so.'),
  WAKEUP: becomes('vmm-resumed', 'the guest wakes up', () => ({ kind: 'vmm-resumed' })),
  WATCHDOG: becomes('guest-watchdog', 'STOP, RESET or SHUTDOWN follow, as its action says', (data) => ({
    kind: 'guest-watchdog',
    action: textOf(data['action']),
  })),
  GUEST_PANICKED: becomes('guest-panic', 'ends the run with `GUEST_PANIC`', () => ({ kind: 'guest-panic' })),
  GUEST_CRASHLOADED: becomes('warning', WARNS, () => ({
    kind: 'warning',
    message: 'The guest kernel panicked, and its crash kernel takes over.',
  })),
  GUEST_PVSHUTDOWN: ignored('The guest goes on to power off; SHUTDOWN says so.'),
  MEMORY_FAILURE: becomes('warning', WARNS, (data) => ({
    kind: 'warning',
    message: `Memory of the host failed under the ${textOf(data['recipient'])} (action: ${textOf(data['action'])}).`,
  })),

  // --- disks ----------------------------------------------------------------
  BLOCK_IO_ERROR: becomes('disk-error', 'with the action `stop`, STOP follows', (data) => ({
    kind: 'disk-error',
    device: diskOf(data),
    operation: textOf(data['operation']),
    action: textOf(data['action']),
    reason: data['nospace'] === true ? 'No space left on device' : textOf(data['reason']),
  })),
  BLOCK_IMAGE_CORRUPTED: becomes('warning', WARNS, (data) => ({
    kind: 'warning',
    message: `The image of the disk "${diskOf(data)}" is corrupt${data['fatal'] === true ? ', and can be used no more' : ''}: ${textOf(data['msg'])}`,
  })),
  BLOCK_JOB_COMPLETED: ignored(ON_REQUEST),
  BLOCK_JOB_CANCELLED: ignored(ON_REQUEST),
  BLOCK_JOB_ERROR: ignored(ON_REQUEST),
  BLOCK_JOB_READY: ignored(ON_REQUEST),
  BLOCK_JOB_PENDING: ignored(ON_REQUEST),
  JOB_STATUS_CHANGE: ignored(ON_REQUEST),
  BLOCK_WRITE_THRESHOLD: ignored('A threshold exists only where somebody has set one over QMP.'),
  BLOCK_EXPORT_DELETED: ignored(ON_REQUEST),
  QUORUM_FAILURE: ignored(NOT_USED),
  QUORUM_REPORT_BAD: ignored(NOT_USED),
  DEVICE_TRAY_MOVED: ignored(NOT_USED),
  PR_MANAGER_STATUS_CHANGED: ignored(NOT_USED),

  // --- memory ---------------------------------------------------------------
  BALLOON_CHANGE: becomes('guest-memory', 'what the balloon leaves to the guest', (data) =>
    memory('balloon', data['actual']),
  ),
  MEMORY_DEVICE_SIZE_CHANGE: becomes('guest-memory', 'of a virtio-mem device', (data) =>
    memory(textOf(data['id']), data['size']),
  ),
  HV_BALLOON_STATUS_REPORT: ignored(NOT_USED),
  ACPI_DEVICE_OST: ignored('It is the answer of the guest’s ACPI to a hot-plug, which microvm does not do.'),

  // --- devices ----------------------------------------------------------------
  DEVICE_DELETED: becomes('warning', WARNS, (data) => ({
    kind: 'warning',
    message: `The device ${textOf(data['device'] ?? data['path'])} was removed from the machine.`,
  })),
  DEVICE_UNPLUG_GUEST_ERROR: becomes('warning', WARNS, (data) => ({
    kind: 'warning',
    message: `The guest refused to give up the device ${textOf(data['device'] ?? data['path'])}.`,
  })),
  NETDEV_VHOST_USER_DISCONNECTED: becomes('warning', WARNS, (data) => ({
    kind: 'warning',
    message: `The back-end of the interface ${textOf(data['netdev-id'])} has gone.`,
  })),
  NETDEV_VHOST_USER_CONNECTED: ignored('Each interface with a back-end sends it once at the start.'),
  NETDEV_STREAM_CONNECTED: ignored(NOT_USED),
  NETDEV_STREAM_DISCONNECTED: ignored(NOT_USED),
  FAILOVER_NEGOTIATED: ignored(NOT_USED),
  UNPLUG_PRIMARY: ignored(NOT_USED),
  NIC_RX_FILTER_CHANGED: ignored(
    'The guest’s driver sends it at every change of its addresses; nothing on the host depends on it.',
  ),
  VSERPORT_CHANGE: ignored(
    'A port of a virtio-serial device opens and closes with its driver; the console is there or not without it.',
  ),
  RTC_CHANGE: ignored('The guest may set its own clock, as often as it likes.'),
  VFU_CLIENT_HANGUP: ignored(NOT_USED),
  VFIO_MIGRATION: ignored('Machines are not migrated.'),

  // --- displays, dumps and migration ------------------------------------------
  SPICE_CONNECTED: ignored(NOT_USED),
  SPICE_INITIALIZED: ignored(NOT_USED),
  SPICE_DISCONNECTED: ignored(NOT_USED),
  SPICE_MIGRATE_COMPLETED: ignored(NOT_USED),
  VNC_CONNECTED: ignored(NOT_USED),
  VNC_INITIALIZED: ignored(NOT_USED),
  VNC_DISCONNECTED: ignored(NOT_USED),
  DUMP_COMPLETED: ignored(ON_REQUEST),
  MIGRATION: ignored('Machines are not migrated.'),
  MIGRATION_PASS: ignored('Machines are not migrated.'),
  COLO_EXIT: ignored('Machines are not migrated.'),
}

const memory = (device: string, bytes: unknown) =>
  typeof bytes === 'number' ? ({ kind: 'guest-memory', device, bytes } as const) : undefined
