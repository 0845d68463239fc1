/** How much of a kernel has to be read to tell what it is, in bytes. */
export const KERNEL_HEAD = 0x210

/** What a kernel file is, by its magic number; undefined: no kernel a hypervisor here can start. */
export const kernelKind = (head: Uint8Array): 'bzImage' | 'elf' | 'arm64 Image' | undefined => {
  const bytes = Buffer.from(head)
  // The x86 boot protocol's header (Documentation/arch/x86/boot.rst).
  if (bytes.subarray(0x202, 0x206).toString('latin1') === 'HdrS') return 'bzImage'
  // An ELF file for x86-64 (e_machine 62), such as vmlinux with a PVH note.
  if (bytes.subarray(0, 4).toString('latin1') === '\x7fELF')
    return bytes.length > 19 && bytes.readUInt16LE(18) === 62 ? 'elf' : undefined
  // Documentation/arch/arm64/booting.rst: "ARM\x64" at offset 56.
  if (bytes.subarray(0x38, 0x3c).toString('latin1') === 'ARMd') return 'arm64 Image'
  return undefined
}
