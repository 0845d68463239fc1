import { pausedBy } from '../../events/standstill.ts'
import { becomes, ignored, textOf, type VmmEvents } from '../vmm-events.ts'

const ON_REQUEST = 'Only a request over its API starts it, and whoever asked has the answer.'
const NEARLY = 'The event that follows says that it has happened.'
const DRIVER = 'The guest’s driver does it at every boot, and as often as it likes.'
const NOT_MIGRATED = 'Machines are not migrated.'

/** Every event of cloud-hypervisor's monitor (the `event!` calls of its version 53), by source and name, and what becomes of it. */
export const EVENTS: VmmEvents = {
  'vmm starting': ignored('The supervisor has started it, and says so (`vmm-started`).'),
  'vmm shutdown': ignored(
    'It ends, and its exit status follows. Every kind of end sends it, so it tells nothing of the cause.',
  ),

  'vm booting': ignored(NEARLY),
  'vm booted': becomes('vmm-booted', 'the virtual CPUs run', () => ({ kind: 'vmm-booted' })),
  'vm rebooting': becomes('guest-rebooting', 'the guest reboots, within the same process', () => ({
    kind: 'guest-rebooting',
  })),
  'vm rebooted': ignored('The new boot counts from `rebooting` on.'),
  'vm shutdown': ignored('Only a request over its API leaves it without a machine, and the process goes on.'),
  'vm deleted': ignored(ON_REQUEST),
  'vm pausing': ignored(NEARLY),
  'vm paused': becomes('vmm-paused', 'it never pauses a machine by itself', () => pausedBy('request')),
  'vm resuming': ignored(NEARLY),
  'vm resumed': becomes('vmm-resumed', 'the state before the pause comes back', () => ({
    kind: 'vmm-resumed',
  })),
  'guest panic': becomes(
    'guest-panic',
    'ends the run with `GUEST_PANIC`, unless a crash kernel takes over',
    (data) => (data['event'] === 'crash_loaded' ? undefined : { kind: 'guest-panic' }),
  ),

  'vm resizing': ignored(NEARLY),
  'vm resized': ignored('It carries no size, and only a request over its API starts it.'),
  'vm device-removed': becomes('warning', 'as a warning', (data) => ({
    kind: 'warning',
    message: `The device ${textOf(data['id'])} was removed from the machine.`,
  })),
  'virtio-device activated': ignored(DRIVER),
  'virtio-device reset': ignored(DRIVER),
  'vdpa activated': ignored(DRIVER),
  'vdpa reset': ignored(DRIVER),

  'vm snapshotting': ignored(NEARLY),
  'vm snapshotted': ignored(ON_REQUEST),
  'vm restoring': ignored(NEARLY),
  'vm restored': ignored(ON_REQUEST),
  'vm coredumping': ignored(ON_REQUEST),
  'vm migration-started': ignored(NOT_MIGRATED),
  'vm migration-finished': ignored(NOT_MIGRATED),
  'vm migration-failed': ignored(NOT_MIGRATED),
  'vm migration-memory-iteration': ignored(NOT_MIGRATED),
  'vm migration-receive-ready': ignored(NOT_MIGRATED),
  'vm migration-receive-started': ignored(NOT_MIGRATED),
  'vm migration-receive-finished': ignored(NOT_MIGRATED),
  'vm migration-receive-failed': ignored(NOT_MIGRATED),
  'vm postcopy-migration-completed': ignored(NOT_MIGRATED),
}
