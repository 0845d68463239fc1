import { describe, test } from 'vitest'
import { checkMakers } from '../../../src/machine/check-makers.ts'
import { volumeSpec } from '../../machine-spec.ts'
import { openEngine } from './engine.ts'

describe.concurrent('programs that make volumes', () => {
  test('one that is missing is named with its place, for volumes still to be made only', async ({
    expect,
  }) => {
    await using engine = openEngine()
    // No host has this one, whatever its packages.
    const fsType = 'nosuchfs' as 'ext4'
    const created = { size: 2 ** 30, autoCreate: true, fsType }
    const plan = engine.plan({
      volumes: [
        volumeSpec({ id: 'vol0', image: 'a.img', ...created }),
        volumeSpec({ id: 'vol1', image: '/dev/null', ...created }),
        volumeSpec({ id: 'vol2', image: 'c.img', ...created, fsType: 'ext4' }),
        volumeSpec({ id: 'vol3', image: 'd.img', ...created, fsType: 'none' }),
        volumeSpec({ id: 'vol4', image: 'e.img', ...created, imageType: 'qcow2' }),
      ],
    })
    expect(checkMakers(plan, { ...process.env, MICROVM_QEMU_IMG: '/no/such/program' })).toMatchObject([
      {
        code: 'PROGRAM_MISSING',
        at: ['machines', 'web', 'volumes', 0, 'fsType'],
        message: 'mkfs.nosuchfs is not installed.',
      },
      { code: 'PROGRAM_MISSING', at: ['machines', 'web', 'volumes', 4, 'imageType'] },
    ])
  })
})
