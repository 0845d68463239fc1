import { expect, test } from 'vitest'
import { hypervisorNamed, hypervisors } from '../../../src/hypervisors/registry.ts'

const cloudHypervisor = hypervisorNamed('cloud-hypervisor').control
const qemu = hypervisorNamed('qemu').control

test.each([
  [{ source: 'vm', event: 'booted', properties: null }, { kind: 'vmm-booted' }],
  [{ source: 'vm', event: 'rebooting', properties: null }, { kind: 'guest-rebooting' }],
  [{ source: 'guest', event: 'panic', properties: { event: 'panic' } }, { kind: 'guest-panic' }],
  [{ source: 'vm', event: 'resized', properties: null }, undefined],
  [{ source: 'virtio-device', event: 'activated', properties: { id: 'vsock' } }, undefined],
  [null, undefined],
  ['text', undefined],
])('cloud-hypervisor says %j', (record, event) => {
  expect(cloudHypervisor.decodeEvent(record)).toEqual(event)
})

test.each([
  [{ event: 'RESET', data: { guest: true, reason: 'guest-reset' } }, { kind: 'guest-rebooting' }],
  [{ event: 'RESET', data: { guest: false, reason: 'host-qmp-system-reset' } }, { kind: 'guest-rebooting' }],
  [{ event: 'GUEST_PANICKED', data: { action: 'pause' } }, { kind: 'guest-panic' }],
  [
    { event: 'WATCHDOG', data: { action: 'reset' } },
    { kind: 'guest-watchdog', action: 'reset' },
  ],
  [{ event: 'POWERDOWN' }, undefined],
  [undefined, undefined],
])('QEMU says %j', (record, event) => {
  expect(qemu.decodeEvent(record)).toEqual(event)
})

test('what cloud-hypervisor did not report back is named, what it leaves out by itself is not', () => {
  const sent = {
    cpus: { boot_vcpus: 1, nonsense: 3 },
    pvpanic: true,
    watchdog: false,
    disks: [{ id: 'a', oops: 1 }],
  }
  const answer = { config: { cpus: { boot_vcpus: 1, max_vcpus: 1 }, pvpanic: true, disks: [{ id: 'a' }] } }
  expect(cloudHypervisor.verify?.dropped(answer, sent)).toEqual(['cpus.nonsense', 'disks.0.oops'])
  expect(cloudHypervisor.verify?.dropped({}, { pvpanic: true })).toEqual(['pvpanic'])
})

test.each([
  [
    `qemu-system-x86_64: -device virtio-blk-pci,drive=vol0: Failed to get "write" lock\nIs another process using the image [/x.img]?`,
    'DISK_IN_USE',
  ],
  ["qemu: could not open kernel file '/nope': No such file or directory", 'FILE_MISSING'],
  [`qemu-system-x86_64: -blockdev {}: Could not open '/x.img': Permission denied`, 'FILE_NO_PERMISSION'],
  ['qemu: linux kernel too old to load a ram disk', 'FILE_WRONG_KIND'],
  ['Could not access KVM kernel module: Permission denied', 'KVM_UNUSABLE'],
  [
    `qemu-system-x86_64: -netdev user: Could not set up host forwarding rule 'tcp:127.0.0.1:80-:80'`,
    'VMM_START_FAILED',
  ],
  ['all is well', undefined],
])('QEMU wrote %s', (output, code) => {
  expect(qemu.explain(output)?.code).toBe(code)
})

test('every hypervisor fills the same rows of the table', () => {
  const rows = hypervisors.map(({ capabilities }) => Object.keys(capabilities.table))
  for (const row of rows) expect(row).toEqual(rows[0])
})
