import type { Rig } from './microvm-rig.ts'

/** What of QEMU's command line the README shows; the rest is dots. */
const SHOWN = [
  /^-(machine|accel|smp|m|kernel|initrd|append) /,
  /^-device vhost-user-vsock-pci/,
  /^-smbios .*vmm\.notify_socket/,
] as const

type Compiled = { readonly vmm: { readonly file: string; readonly args: readonly string[] } }

/** The command of the one machine of a rig's definition, with long values cut, one line per part that is shown. */
export const shortenedCommand = async (rig: Rig): Promise<string> => {
  const { stdout, stderr } = await rig.run(['compile', '--print', 'json'])
  if (stdout === '') throw new Error(stderr)
  const [machine] = JSON.parse(stdout) as Compiled[]
  if (machine === undefined) throw new Error('nothing was compiled')
  const [file = '', ...lines] = [machine.vmm.file.split('/').at(-1), ...partsOf(machine.vmm.args)]
  return `\`\`\`\n${[file, ...lines.map((line) => `  ${line}`)].join('\n')}\n\`\`\`\n`
}

const partsOf = (args: readonly string[]): string[] => {
  const parts: string[] = []
  for (let at = 0; at < args.length;) {
    const [flag = '', value = ''] = args.slice(at, at + 2)
    const alone = value.startsWith('-')
    at += alone ? 1 : 2
    const shown = !alone && SHOWN.some((pattern) => pattern.test(`${flag} ${value}`))
    if (shown) parts.push(`${flag} ${quote(shorten(value))}`)
    else if (parts.at(-1) !== '…') parts.push('…')
  }
  return parts
}

const WIDTH = 92

const shorten = (value: string): string => {
  const plain = value.replaceAll(/\/[^",]*\/([^"/,]+)/g, '…/$1')
  return plain.length > WIDTH ? `${plain.slice(0, WIDTH - 1)}…` : plain
}

const quote = (value: string): string => (value.includes(' ') ? `'${value}'` : value)
