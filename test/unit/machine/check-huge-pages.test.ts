import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkHugePages } from '../../../src/machine/check-huge-pages.ts'
import { machineSpec } from '../../machine-spec.ts'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'mvh-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const pool = (kiB: number, total: number, free: number, reserved: number): void => {
  const path = join(folder, `hugepages-${kiB}kB`)
  mkdirSync(path)
  writeFileSync(join(path, 'nr_hugepages'), `${total}\n`)
  writeFileSync(join(path, 'free_hugepages'), `${free}\n`)
  writeFileSync(join(path, 'resv_hugepages'), `${reserved}\n`)
}

const check = (hugepageSize?: number) => {
  const { memory } = machineSpec()
  writeFileSync(join(folder, 'meminfo'), 'MemTotal: 5 kB\nHugepagesize:       2048 kB\n')
  const spec = machineSpec({
    memory: { ...memory, size: 512 * 2 ** 20, hotpluggedSize: 0, hugepages: true, hugepageSize },
  })
  return checkHugePages(spec, ['machines', 'web'], { pools: folder, meminfo: join(folder, 'meminfo') })
}

test('enough of the host’s own size', () => {
  pool(2048, 300, 260, 4)
  expect(check()).toEqual([])
})

test('too few, because others have reserved theirs: said with the number that would do', () => {
  pool(2048, 300, 260, 5)
  expect(check()).toMatchObject([
    {
      code: 'HOST_MEMORY',
      message: 'The machine needs 256 huge pages of 2 MiB, and 255 are free.',
      fix: expect.stringContaining('echo 301 > '),
    },
  ])
})

test('a size this host has no pool for', () => {
  pool(2048, 300, 300, 0)
  expect(check(2 ** 30)).toMatchObject([
    { message: 'The machine needs 1 huge pages of 1 GiB, and 0 are free.' },
  ])
})
