import { execFileSync } from 'node:child_process'
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Plan } from '../../../src/plan/plan.ts'
import { volumePath } from '../../../src/plan/volume-path.ts'

const QEMU_FORMAT = { qcow2: 'qcow2', vhd: 'vpc', vhdx: 'vhdx' } as const

/** Kernel, initrd and disks of a plan: of the right kind, and with nothing in them. */
export const makeFiles = ({ image, spec, places }: Plan, qemuImg = ''): void => {
  if (image === undefined) throw new Error(`${spec.name} has no image`)
  write(image.kernel, emptyKernel())
  if (image.initrd !== undefined) write(image.initrd, Buffer.from('initrd'))
  if (image.root !== undefined) makeDisk(image.root.path, image.root.imageType, qemuImg)
  for (const volume of spec.volumes)
    if (volume.vhostUserSocket === undefined) makeDisk(volumePath(places, volume), volume.imageType, qemuImg)
}

const write = (path: string, content: Buffer): void => {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}

const makeDisk = (path: string, type: 'raw' | 'qcow2' | 'vhd' | 'vhdx', qemuImg: string): void => {
  write(path, Buffer.alloc(0))
  if (type === 'raw') truncateSync(path, 2 ** 20)
  else execFileSync(qemuImg, ['create', '-q', '-f', QEMU_FORMAT[type], path, '8M'])
}

/** The boot sector of a bzImage without a kernel behind it (the kernel's Documentation/arch/x86/boot.rst). */
const emptyKernel = (): Buffer => {
  const kernel = Buffer.alloc(8192)
  const setupSectors = 0x1f1
  const magic = 0x202
  const protocolVersion = 0x206
  const loadFlags = 0x211
  const highestInitrdAddress = 0x22c
  kernel.writeUInt8(1, setupSectors)
  kernel.write('HdrS', magic, 'latin1')
  kernel.writeUInt16LE(0x020c, protocolVersion)
  kernel.writeUInt8(1, loadFlags)
  kernel.writeUInt32LE(0x7fffffff, highestInitrdAddress)
  return kernel
}
