import { expect, test } from 'vitest'
import { explain } from '../../../src/hypervisors/cloud-hypervisor/explain.ts'

/** Error chains as cloud-hypervisor 53.0 answered `vm.boot` and `vm.create` with, or wrote to stderr. */
const chains: readonly [string, string, string, RegExp][] = [
  [
    'a kernel that is not there',
    'Error from API\nThe VM could not boot\nCannot open kernel file\nNo such file or directory (os error 2)',
    'FILE_MISSING',
    /The kernel/,
  ],
  [
    'an initrd that may not be read',
    'Error from API\nThe VM could not boot\nCannot open initramfs file\nPermission denied (os error 13)',
    'FILE_NO_PERMISSION',
    /The initrd/,
  ],
  [
    'a kernel that is none',
    'Error from API\nThe VM could not boot\nCannot load the kernel into memory\nKernel Loader: failed to load bzImage kernel image: Kernel Loader: Invalid bzImage\nKernel Loader: Invalid bzImage',
    'FILE_WRONG_KIND',
    /kernel/,
  ],
  [
    'a disk that is not there',
    'Error from API\nThe VM could not boot\nError from device manager\nCannot open disk path\nI/O error (path=/data/x.img op=open)\nNo such file or directory (os error 2)',
    'FILE_MISSING',
    /\/data\/x\.img/,
  ],
  [
    'a disk that may not be written',
    'Error from API\nThe VM could not boot\nError from device manager\nCannot open disk path\nI/O error (path=/data/x.img op=open)\nPermission denied (os error 13)',
    'FILE_NO_PERMISSION',
    /\/data\/x\.img/,
  ],
  [
    'a disk of another type',
    'Error from API\nThe VM could not boot\nError from device manager\nDisk image type does not match expected type: specified = qcow2, detected = raw',
    'FILE_WRONG_KIND',
    /is raw, and the definition says qcow2/,
  ],
  [
    'a locked disk',
    'Error from API\nThe VM could not boot\nError locking disk images: Another instance likely holds a lock\nCannot lock images of all block devices\nFailed to get Write lock for disk image: /data/x.img\nThe file is already locked',
    'DISK_IN_USE',
    /\/data\/x\.img/,
  ],
  [
    'a socket that exists',
    'Error from API\nThe VM could not boot\nError from device manager\nCannot create virtio-vsock backend\nError binding to the host-side Unix socket\nAddress already in use (os error 98)',
    'VMM_START_FAILED',
    /socket/,
  ],
  [
    'a Landlock rule for nothing',
    'Error from API\nThe VM could not boot\nFailed to validate config\nPath "/nope" provided in landlock-rules does not exist',
    'VMM_START_FAILED',
    /Landlock/,
  ],
  [
    'a rule of its own',
    'Error from API\nThe VM could not boot\nFailed to validate config\nUsing vhost-user requires using shared memory or huge pages',
    'VMM_START_FAILED',
    /vhost-user requires/,
  ],
  [
    'no huge pages',
    'Error from API\nThe VM could not boot\nMemory manager error\nFailed to stat filesystem\nNo such file or directory (os error 2)',
    'VMM_START_FAILED',
    /memory/,
  ],
  [
    'no TPM',
    'Error from API\nThe VM could not boot\nError from device manager\nCannot create tmp device\nFailed to create TPM Device : Init(Failed while initializing tpm Emulator: InitializeEmulator(The input TPM Socket path: "/nope/tpm.sock" does not exist',
    'FILE_MISSING',
    /\/nope\/tpm\.sock/,
  ],
  [
    'no VFIO',
    'Error from API\nThe VM could not boot\nError from device manager\nCannot create a VFIO device\nfailed to open /dev/vfio/vfio container: No such file or directory (os error 2)\nNo such file or directory (os error 2)',
    'VMM_START_FAILED',
    /PCI/,
  ],
  [
    'a panic of its own',
    'Error from API\nAPI response receive error\nreceiving on a closed channel',
    'VMM_START_FAILED',
    /broke down/,
  ],
  [
    'no KVM',
    'Error: Cloud Hypervisor exited with the following chain of errors:\n  0: Failed to open hypervisor interface (is hypervisor interface available?)\n  1: Failed to create the hypervisor\n  2: no supported hypervisor',
    'KVM_UNUSABLE',
    /KVM/,
  ],
]

test.each(chains)('%s', (_, output, code, message) => {
  const found = explain(output)
  expect(found?.code).toBe(code)
  expect(found?.message).toMatch(message)
  expect(found?.fix).not.toBe('')
})

test('an unknown text stays unexplained', () => {
  expect(explain('Something nobody has seen yet')).toBeUndefined()
})
