import type { Control } from '../contract.ts'

type Explanation = NonNullable<ReturnType<Control['explain']>>

type Rule = { readonly pattern: RegExp; readonly explain: (match: RegExpExecArray) => Explanation }

/** Messages of QEMU 8.2 to 10.0, the most telling first. */
const RULES: readonly Rule[] = [
  {
    pattern: /Failed to get (?:shared )?"?(?:write|read|consistent read)"? lock/,
    explain: () => ({
      code: 'DISK_IN_USE',
      message: 'A disk image is locked by another virtual machine.',
      fix: 'Stop the other machine, or give this one an image of its own; images of both may be shared only when both are readOnly.',
    }),
  },
  {
    pattern: /Could not access KVM kernel module|failed to initialize kvm|KVM.*not supported/i,
    explain: () => ({
      code: 'KVM_UNUSABLE',
      message: 'QEMU cannot use KVM on this host.',
      fix: 'Run "microvm doctor": it says what is wrong with /dev/kvm.',
    }),
  },
  {
    pattern:
      /could not (?:open|load) (?:kernel|PVH app)(?: file)?[^\n]*|error loading uncompressed kernel without PVH[^\n]*|invalid kernel header|linux kernel too old/i,
    explain: ([line]) =>
      /No such file/.test(line)
        ? { code: 'FILE_MISSING', message: line, fix: 'Correct image.kernel in the definition.' }
        : /Permission denied/.test(line)
          ? { code: 'FILE_NO_PERMISSION', message: line, fix: 'Let the user that runs the machine read it.' }
          : {
              code: 'FILE_WRONG_KIND',
              message: 'The kernel of the image is none that QEMU can boot.',
              fix: 'Give a bzImage (vmlinuz), or a vmlinux built with CONFIG_PVH.',
            },
  },
  {
    pattern: /Could not open '([^']+)': (No such file or directory|Permission denied)/,
    explain: ([, path, why]) => ({
      code: why === 'Permission denied' ? 'FILE_NO_PERMISSION' : 'FILE_MISSING',
      message: `QEMU cannot open ${path}: ${why}.`,
      fix:
        why === 'Permission denied'
          ? 'Let the user that runs the machine open it, or declare the volume readOnly.'
          : 'Correct the path in the definition.',
    }),
  },
  {
    pattern: /Image is not in (\w+) format|Could not read (?:L1 table|image for determining)/,
    explain: () => ({
      code: 'FILE_WRONG_KIND',
      message: 'A disk image is of another type than the definition says.',
      fix: 'Correct imageType; "qemu-img info FILE" tells what it is.',
    }),
  },
  {
    pattern: /Could not set up host forwarding rule '([^']+)'/,
    explain: ([, rule]) => ({
      code: 'VMM_START_FAILED',
      message: `A port of the host cannot be forwarded (${rule}).`,
      fix: 'Another program listens on it, or it is below 1024: choose another host port in forwardPorts.',
    }),
  },
  {
    pattern: /cannot set up guest memory[^\n]*|unable to map backing store[^\n]*|Cannot allocate memory/i,
    explain: ([line]) => ({
      code: 'VMM_START_FAILED',
      message: `The host has not enough memory for the guest (${line.trim()}).`,
      fix: 'Make mem smaller, or free memory (with hugepageMem: reserve huge pages) on the host.',
    }),
  },
  {
    pattern:
      /could not configure \/dev\/net\/tun \(([^)]*)\): ([^\n]+)|could not open \/dev\/net\/tun: ([^\n]+)/,
    explain: ([, tap, why, other]) => ({
      code: 'HOST_PERMISSION',
      message: `The tap ${tap ?? 'device'} cannot be used: ${why ?? other}.`,
      fix: 'Create it beforehand and give it to the user that runs the machine: "ip tuntap add NAME mode tap user USER".',
    }),
  },
  {
    pattern: /Failed to connect to '([^']+)': [^\n]+/,
    explain: ([line, path]) => ({
      code: 'VMM_START_FAILED',
      message: `Nobody listens on ${path}: ${line.split(': ').at(-1)}.`,
      fix: 'Start the back-end of that socket before the machine.',
    }),
  },
]

/** stderr of QEMU → a message a person can act on. */
export const explain: Control['explain'] = (output) => {
  for (const rule of RULES) {
    const match = rule.pattern.exec(output)
    if (match !== null) return rule.explain(match)
  }
  return undefined
}
