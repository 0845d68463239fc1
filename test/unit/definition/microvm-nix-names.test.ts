import { expect, test } from 'vitest'
import { hintFor } from '../../../src/definition/microvm-nix-names.ts'
import { Definition } from '../../../src/definition/schema.ts'
import { fieldsOf } from './fields-of.ts'

test('no hint is given for a key that means something', () => {
  for (const { path } of fieldsOf(Definition)) expect(hintFor(path.split('.')), path).toBeUndefined()
})

/** Guest options of microvm.nix (`microvm.*`) that this schema does not have. */
const OPTIONS = [
  'alioth balloonMem binScripts bootDisk credentialFiles crosvm declaredRunner deploy extraArgsScript firecracker forwardPorts',
  'graphics guest initrdPath kernel kvmtool machineId optimize preStart prettyProcnames registerClosure registerWithMachined',
  'runner socket storeDisk storeDiskErofsFlags storeDiskSquashfsFlags storeDiskType storeOnDisk stratovirt systemSymlink user vfkit',
  'virtiofsd vmHostPackages writableStoreOverlay cloud-hypervisor.platformOEMStrings cloud-hypervisor.extraArgs qemu.extraArgs',
  'qemu.machine qemu.serialConsole interfaces.bridge interfaces.macvtap interfaces.tap shares.securityModel devices.qemu vsock.ssh',
].flatMap((line) => line.split(' '))

test.each(OPTIONS)('%s of microvm.nix has a hint', (option) => {
  const [first = '', ...rest] = option.split('.')
  expect(hintFor(['machines', 'web', first, 0, ...rest])?.fix).toMatch(/\.$/)
})
