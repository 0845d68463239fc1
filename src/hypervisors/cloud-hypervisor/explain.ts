import type { Control } from '../contract.ts'

type Explanation = NonNullable<ReturnType<Control['explain']>>

type Rule = {
  /** Matched against stderr, or against the error chain of a request joined by newlines. */
  readonly pattern: RegExp
  readonly explain: (match: RegExpExecArray, output: string) => Explanation
}

/** Messages of cloud-hypervisor 51 to 53 (their `#[error]` texts), the most telling first. */
const RULES: readonly Rule[] = [
  {
    pattern: /Failed to get \w+ lock for disk image: (.+)|likely holds a lock|already a \w+ lock/,
    explain: (_, output) => {
      const path = /lock for disk image: (.+)/.exec(output)?.[1]
      return {
        code: 'DISK_IN_USE',
        message: `${path === undefined ? 'A disk image' : `The disk image ${path}`} is locked by another virtual machine.`,
        fix: 'Stop the other machine, or give this one an image of its own; images of both may be shared only when both are readOnly.',
      }
    },
  },
  {
    pattern: /Failed to open hypervisor interface|no supported hypervisor/,
    explain: () => ({
      code: 'KVM_UNUSABLE',
      message: 'cloud-hypervisor cannot use KVM on this host.',
      fix: 'Run "microvm doctor": it says what is wrong with /dev/kvm. hypervisor = "auto" falls back to software emulation.',
    }),
  },
  {
    pattern: /Cannot open kernel file|Cannot open initramfs file/,
    explain: ([what], output) => ({
      code: /Permission denied/.test(output) ? 'FILE_NO_PERMISSION' : 'FILE_MISSING',
      message: `The ${what.includes('kernel') ? 'kernel' : 'initrd'} of the image cannot be opened.`,
      fix: 'Check the path and its permissions in the image of the definition.',
    }),
  },
  {
    pattern: /Kernel lacks PVH header|Cannot load the kernel into memory|Invalid Elf magic|Invalid bzImage/i,
    explain: () => ({
      code: 'FILE_WRONG_KIND',
      message: 'The kernel of the image is none that cloud-hypervisor can boot.',
      fix: 'Give a bzImage (vmlinuz), or a vmlinux built with CONFIG_PVH; on aarch64 an Image, not compressed.',
    }),
  },
  {
    pattern: /Disk image type does not match expected type: specified = (\w+), detected = (\w+)/,
    explain: ([, specified, detected]) => ({
      code: 'FILE_WRONG_KIND',
      message: `A disk image is ${detected}, and the definition says ${specified}.`,
      fix: 'Correct imageType; "qemu-img info FILE" tells what it is.',
    }),
  },
  {
    pattern: /I\/O error \(path=(.+?) op=open\)/,
    explain: ([, path], output) => {
      const denied = /Permission denied|Read-only file system/.test(output)
      return {
        code: denied ? 'FILE_NO_PERMISSION' : 'FILE_MISSING',
        message: `The disk image ${path} cannot be opened.`,
        fix: denied
          ? 'Let the user that runs the machine open it, or declare the volume readOnly.'
          : 'Correct the path in the definition.',
      }
    },
  },
  {
    pattern: /TPM Socket path: "([^"]+)" does not exist/,
    explain: ([, path]) => ({
      code: 'FILE_MISSING',
      message: `There is no TPM on ${path}.`,
      fix: 'Start swtpm(8) with that socket before the machine.',
    }),
  },
  {
    pattern: /failed to open \/dev\/vfio\/vfio container: ([^\n(]+)/,
    explain: ([, why = '']) => ({
      code: 'VMM_START_FAILED',
      message: `A PCI device cannot be passed through: /dev/vfio/vfio: ${why.trim()}.`,
      fix: 'Load vfio-pci, bind the device to it, and let the user that runs the machine use /dev/vfio.',
    }),
  },
  {
    pattern: /Memory manager error\n([^\n]+)/,
    explain: ([, why = '']) => ({
      code: 'VMM_START_FAILED',
      message: `The host cannot give the guest its memory: ${why}.`,
      fix: 'Make mem smaller; with hugepageMem, mount hugetlbfs and reserve enough huge pages first.',
    }),
  },
  {
    pattern: /(?:AddressInUse|Address (?:already )?in use|already in use by another running instance)/,
    explain: () => ({
      code: 'VMM_START_FAILED',
      message: 'A socket cloud-hypervisor wants to make exists already.',
      fix: 'Another process uses the run directory of this machine: "microvm ps" shows it.',
    }),
  },
  {
    pattern: /ReadSysfsTunFlags|tun_flags|Tap .*(?:MultipleQueues|does not support)/,
    explain: () => ({
      code: 'VMM_START_FAILED',
      message: 'The tap device does not fit the interface.',
      fix: 'A tap must be made with "multi_queue" exactly when the interface has more than one queue, and must belong to the user that runs the machine.',
    }),
  },
  {
    pattern: /landlock/i,
    explain: (_, output) => ({
      code: 'VMM_START_FAILED',
      message: 'The Landlock confinement could not be put on.',
      fix: /does not exist/.test(output)
        ? 'Every path of landlock.rules must exist when the machine starts.'
        : 'It needs Linux 6.2 or newer with Landlock switched on.',
    }),
  },
  {
    pattern: /Failed to validate config\n([^\n]+)/,
    explain: ([, why = '']) => ({
      code: 'VMM_START_FAILED',
      message: `cloud-hypervisor refuses the machine: ${why}.`,
      fix: 'Correct the definition (extraConfig included). If nothing in it asks for this, it is a defect of microvm: please report it.',
    }),
  },
  {
    pattern: /receiving on a closed channel|thread 'vmm'[^\n]* panicked/,
    explain: () => ({
      code: 'VMM_START_FAILED',
      message: 'cloud-hypervisor broke down while it made the machine.',
      fix: 'Its last lines say where. Sizes far beyond what the host has are a known reason.',
    }),
  },
  {
    pattern: /Probable seccomp violation.*/,
    explain: ([line]) => ({
      code: 'VMM_START_FAILED',
      message: `cloud-hypervisor made a system call its own filter forbids (${line.trim()}).`,
      fix: 'This is a defect of that version with your libc or kernel; seccomp = "log" is the way round until it is updated.',
    }),
  },
  {
    pattern: /Permission denied/,
    explain: () => ({
      code: 'HOST_PERMISSION',
      message: 'cloud-hypervisor was refused access to a file or device.',
      fix: 'Look at its last lines above for the file, and let the user that runs the machine use it (/dev/kvm: group kvm).',
    }),
  },
  {
    pattern: /No such file or directory/,
    explain: () => ({
      code: 'FILE_MISSING',
      message: 'cloud-hypervisor did not find a file of this machine.',
      fix: 'Its last lines above name the device; check that path in the definition.',
    }),
  },
]

/** stderr, or the error chain of a request, → a message a person can act on. */
export const explain: Control['explain'] = (output) => {
  for (const rule of RULES) {
    const match = rule.pattern.exec(output)
    if (match !== null) return rule.explain(match, output)
  }
  return undefined
}
