import { expect, test } from 'vitest'
import { unitHint } from '../../../src/machine/unit-hint.ts'

const usb = { name: 'web', extraArgs: { qemu: ['-device', 'usb-host'] }, extraConfig: {} }

test.each([
  "qemu-system-x86_64: -pflash /srv/vars.fd: Could not open '/srv/vars.fd': No such file or directory",
  'libusb: error: could not open /dev/bus/usb/001/002: Permission denied',
  'ioctl(TUNSETIFF): Operation not permitted',
  'Could not open /srv/vars.fd: Read-only file system',
  'Error opening vhost-user socket (os error 13)',
])('%s: the fields that name what a unit opens', (said) => {
  const hint = unitHint(usb, said)
  expect(hint).toContain('microvm@web.service')
  expect(hint).toContain('machines.web.unit.paths')
  expect(hint).toContain('machines.web.unit.devices')
  expect(hint).toContain('"systemctl daemon-reload"')
})

test('extraConfig is looked at as well; a machine without either, or another failure, has no such advice', () => {
  const said = 'No such file or directory (os error 2)'
  expect(
    unitHint({ ...usb, extraArgs: {}, extraConfig: { 'cloud-hypervisor': { disks: [] } } }, said),
  ).toBeDefined()
  expect(unitHint({ ...usb, extraArgs: {} }, said)).toBeUndefined()
  expect(unitHint(usb, 'CPU count is 0')).toBeUndefined()
  expect(unitHint(usb, 'os error 137')).toBeUndefined()
})
