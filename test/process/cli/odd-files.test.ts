import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { machine, openCliRig } from './cli-rig.ts'

describe.concurrent('a directory in the place of a file', () => {
  test('a record: ps lists the machine as broken, down and run say what to do', async ({ expect }) => {
    await using rig = openCliRig()
    rig.write('microvm.toml', machine('web'))
    const record = join(rig.folder, 's/web/record.json')
    mkdirSync(record, { recursive: true })
    const listed = await rig.cli('ps')
    expect(listed.exit).toBe(0)
    expect(listed.out).toContain('record.json is a directory')
    for (const words of [
      ['down', 'web'],
      ['run', 'web'],
    ]) {
      const { exit, err } = await rig.cli(...words)
      expect(exit).toBe(1)
      expect(err).toContain('error RECORD_BROKEN')
      expect(err).toContain(`mv ${record} ${record}.moved`)
    }
  })
})
