/** One entry of an initrd. Directories end up before what is in them, because entries are sorted by name. */
export type CpioEntry = {
  /** Without a leading slash. */
  readonly name: string
  /** Type and permission bits as in stat(2), e.g. `0o100755`. */
  readonly mode: number
  /** Content of a file, or target of a symbolic link. */
  readonly data?: Uint8Array
}

/**
 * A "newc" cpio archive, the format the kernel unpacks (Documentation/driver-api/early-userspace/buffer-format.rst).
 * The same entries give the same bytes: sorted, owned by root, all times 0.
 */
export const cpio = (entries: readonly CpioEntry[]): Buffer => {
  const sorted = entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const parts = sorted.flatMap((entry, index) => record(entry, index + 1))
  return Buffer.concat([...parts, ...record({ name: 'TRAILER!!!', mode: 0 }, 0)])
}

const record = ({ name, mode, data = new Uint8Array() }: CpioEntry, inode: number): Uint8Array[] => {
  const path = Buffer.from(`${name}\0`)
  const fields = [inode, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, path.length, 0]
  const header = `070701${fields.map((field) => field.toString(16).padStart(8, '0').toUpperCase()).join('')}`
  const head = Buffer.concat([Buffer.from(header, 'ascii'), path])
  return [head, padding(head.length), data, padding(data.length)]
}

/** Header with name, and data, each end on a multiple of four bytes. */
const padding = (length: number): Uint8Array => new Uint8Array((4 - (length % 4)) % 4)
