import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { leaderFile } from '../../../src/machine/machined-leader.ts'
import { registerMachined } from '../../../src/machine/register-machined.ts'

let run: string
beforeEach(() => (run = mkdtempSync(join(tmpdir(), 'leader-'))))
afterEach(() => rmSync(run, { recursive: true, force: true }))

const register = () => registerMachined({ machine: 'web', run, mainPid: process.pid, uuid: '' })

// Root reads what the machine's user has put there.
test('the leader’s file is not waited for when it is a pipe, and not followed when it is a link', async () => {
  execFileSync('mkfifo', [leaderFile(run)])
  await expect(register()).rejects.toMatchObject({ code: 'RECORD_BROKEN' })
  rmSync(leaderFile(run))
  writeFileSync(join(run, 'other'), `${process.pid}\n`)
  symlinkSync('other', leaderFile(run))
  await expect(register()).rejects.toMatchObject({ code: 'RECORD_BROKEN' })
})

test.each(['', '1\n', '0x10\n', '-5\n', 'self\n', `${' '.repeat(5)}7\n`])(
  '%j names no leader',
  async (text) => {
    writeFileSync(leaderFile(run), text)
    await expect(register()).rejects.toMatchObject({ code: 'HOST_PERMISSION' })
  },
)

test('a file that is not there names none either', async () => {
  await expect(register()).rejects.toMatchObject({ code: 'HOST_PERMISSION' })
})
