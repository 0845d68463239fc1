import { expect, test } from 'vitest'
import { declaredDisks } from '../../../src/plan/declared-disks.ts'
import { volumeDifferences } from '../../../src/plan/volume-differences.ts'
import type { VolumeSpec } from '../../../src/spec/machine-spec.ts'
import { machineSpec, volumeSpec } from '../../machine-spec.ts'

const M = 2 ** 20

const differences = (
  volume: Partial<VolumeSpec>,
  found: { size?: number; type?: string; label?: string },
): string[] => {
  const spec = machineSpec({ volumes: [volumeSpec({ image: '/d/data.img', ...volume })] })
  const [disk] = declaredDisks(spec, { volumes: '/v' }, undefined)
  if (disk === undefined) throw new Error('no disk')
  const fileSystem = 'type' in found ? { type: found.type, label: found.label } : undefined
  return volumeDifferences(disk, {
    kind: 'found',
    content: { format: disk.format },
    size: found.size,
    chain: [],
    fileSystem,
  }).map(({ says }) => says)
}

const created = { size: 32 * M, autoCreate: true } as const

test('another size, file system or label is a difference', () => {
  expect(differences(created, { size: 8 * M, type: 'ext4' })).toEqual(['size = "32M"'])
  expect(differences({ ...created, fsType: 'vfat' }, { size: 32 * M, type: 'ext4' })).toEqual([
    'fsType = "vfat"',
  ])
  expect(differences({ ...created, label: 'data' }, { size: 32 * M, type: 'ext4' })).toEqual([
    'label = "data"',
  ])
})

test('a size is compared wherever one is given, a file system where it is said', () => {
  expect(differences({ size: 32 * M, autoCreate: false }, { size: M, type: 'xfs' })).toEqual(['size = "32M"'])
  expect(
    differences({ size: undefined, autoCreate: false, fsType: 'swap' }, { size: M, type: 'ext4' }),
  ).toEqual(['fsType = "swap"'])
})

test.each([
  [
    'an image that microvm would not create',
    { size: undefined, autoCreate: false },
    { size: M, type: 'xfs' },
  ],
  ['what the definition says', created, { size: 32 * M, type: 'ext4' }],
  ['ext2, which mkfs.ext4 can be told to make', created, { size: 32 * M, type: 'ext2' }],
  ['no answer of blkid', created, { size: 32 * M }],
  ['anything where the definition says none', { ...created, fsType: 'none' }, { size: 32 * M, type: 'dos' }],
  ['a VHD rounded up to whole cylinders', { ...created, imageType: 'vhd' }, { size: 32 * M + 65_536 }],
  [
    'capitals in a FAT label',
    { ...created, fsType: 'vfat', label: 'data' },
    { size: 32 * M, type: 'vfat', label: 'DATA' },
  ],
] as const)('%s is no difference', (_, volume, found) => {
  expect(differences(volume, found)).toEqual([])
})
