import { describe, expect, test } from 'vitest'
import { hypervisorNamed } from '../../../src/hypervisors/registry.ts'

const qemu = hypervisorNamed('qemu').control
const cloudHypervisor = hypervisorNamed('cloud-hypervisor').control

/** What `query-qmp-schema` of QEMU 10.0.2 answers. */
const QMP_EVENTS = `
ACPI_DEVICE_OST BALLOON_CHANGE BLOCK_EXPORT_DELETED BLOCK_IMAGE_CORRUPTED BLOCK_IO_ERROR BLOCK_JOB_CANCELLED 
BLOCK_JOB_COMPLETED BLOCK_JOB_ERROR BLOCK_JOB_PENDING BLOCK_JOB_READY BLOCK_WRITE_THRESHOLD COLO_EXIT 
DEVICE_DELETED DEVICE_TRAY_MOVED DEVICE_UNPLUG_GUEST_ERROR DUMP_COMPLETED FAILOVER_NEGOTIATED 
GUEST_CRASHLOADED GUEST_PANICKED GUEST_PVSHUTDOWN HV_BALLOON_STATUS_REPORT JOB_STATUS_CHANGE 
MEMORY_DEVICE_SIZE_CHANGE MEMORY_FAILURE MIGRATION MIGRATION_PASS NETDEV_STREAM_CONNECTED 
NETDEV_STREAM_DISCONNECTED NETDEV_VHOST_USER_CONNECTED NETDEV_VHOST_USER_DISCONNECTED NIC_RX_FILTER_CHANGED 
POWERDOWN PR_MANAGER_STATUS_CHANGED QUORUM_FAILURE QUORUM_REPORT_BAD RESET RESUME RTC_CHANGE SHUTDOWN 
SPICE_CONNECTED SPICE_DISCONNECTED SPICE_INITIALIZED SPICE_MIGRATE_COMPLETED STOP SUSPEND SUSPEND_DISK 
UNPLUG_PRIMARY VFIO_MIGRATION VFU_CLIENT_HANGUP VNC_CONNECTED VNC_DISCONNECTED VNC_INITIALIZED 
VSERPORT_CHANGE WAKEUP WATCHDOG
`
  .trim()
  .split(/\s+/)

/** Source and event of each `event!` call in cloud-hypervisor 53.0. */
const MONITOR_EVENTS = [
  ...['starting', 'shutdown'].map((name) => `vmm ${name}`),
  'guest panic',
  ...['activated', 'reset'].flatMap((name) => [`virtio-device ${name}`, `vdpa ${name}`]),
  ...[
    'resizing resized restoring restored pausing paused resuming resumed snapshotting snapshotted coredumping booting booted',
    'shutdown rebooting rebooted deleted device-removed migration-memory-iteration postcopy-migration-completed migration-started',
    'migration-finished migration-failed migration-receive-ready migration-receive-started migration-receive-failed',
    'migration-receive-finished',
  ]
    .join(' ')
    .split(' ')
    .map((name) => `vm ${name}`),
]

test('QEMU: every event has its place in the table', () => {
  expect(Object.keys(qemu.events).sort()).toEqual(QMP_EVENTS.toSorted())
})

test('cloud-hypervisor: every event has its place in the table', () => {
  expect(Object.keys(cloudHypervisor.events).sort()).toEqual(MONITOR_EVENTS.toSorted())
})

test('an entry does what it says, whatever data comes with it', () => {
  for (const { events } of [qemu, cloudHypervisor])
    for (const meaning of Object.values(events))
      if ('decode' in meaning)
        for (const data of [{}, { reason: 7, action: null, size: 'x', actual: {}, event: [] }])
          expect([meaning.becomes, undefined]).toContain(meaning.decode(data)?.kind)
})

describe('what is not in the table', () => {
  test.each([
    [qemu, { event: 'NEWER', data: {} }],
    [cloudHypervisor, { source: 'vm', event: 'newer', properties: null }],
    [qemu, { event: 'constructor' }],
  ])('is told', ({ decodeEvent }, record) => {
    expect(decodeEvent(record)).toMatchObject({ kind: 'warning' })
  })
})

test.each([
  [{ event: 'STOP' }, { kind: 'vmm-paused', cause: 'request' }],
  [{ event: 'RESUME' }, { kind: 'vmm-resumed' }],
  [
    { event: 'SHUTDOWN', data: { guest: false, reason: 'host-signal' } },
    { kind: 'vmm-ending', reason: 'host-signal' },
  ],
  [
    {
      event: 'BLOCK_IO_ERROR',
      data: {
        'qom-path': '/machine/peripheral/vol0/virtio-backend',
        device: '',
        'node-name': 'vol0-limited',
        operation: 'write',
        action: 'stop',
        nospace: true,
        reason: 'No space left on device',
      },
    },
    {
      kind: 'disk-error',
      device: 'vol0',
      operation: 'write',
      action: 'stop',
      reason: 'No space left on device',
    },
  ],
  [
    { event: 'BALLOON_CHANGE', data: { actual: 5 } },
    { kind: 'guest-memory', device: 'balloon', bytes: 5 },
  ],
  [{ event: 'RESET', data: { guest: false, reason: 'snapshot-load' } }, undefined],
])('QEMU says %j', (record, event) => {
  if (event === undefined) expect(qemu.decodeEvent(record)).toBeUndefined()
  else expect(qemu.decodeEvent(record)).toMatchObject(event)
})
