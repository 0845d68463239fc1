import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { programFindings } from '../../src/cli/doctor/program-findings.ts'
import { observeHost } from '../../src/host/observe-host.ts'
import { isProblem, needProgram } from '../../src/plan/need-program.ts'

/** What is found of a QEMU that is this script. */
const found = async (script: string) => {
  const folder = mkdtempSync(join(tmpdir(), 'mvo-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'qemu')
  writeFileSync(path, script)
  chmodSync(path, 0o755)
  return observeHost({ ...process.env, MICROVM_QEMU: path }, ['qemu'], 2_000)
}

test.each([
  ['hangs', '#!/bin/sh\nsleep 600\necho 10.0\n', /qemu --version" did not end within 2 s/],
  [
    'lacks a library',
    '#!/bin/sh\necho "error while loading libx.so" >&2\nexit 127\n',
    /status 127: error while loading libx\.so/,
  ],
  ['has no interpreter', '#!/no/such/interpreter\n', /could not be started/],
])('a program that %s is said to be that, not to be missing or too old', async (_, script, what) => {
  const observed = await found(script)
  const need = needProgram(observed, { name: 'qemu', why: 'to run', at: [], minVersion: [8, 2] })
  expect(isProblem(need) ? need : undefined).toMatchObject({
    code: 'PROGRAM_FAILED',
    message: 'qemu does not work.',
    because: expect.stringMatching(what) as string,
  })
  const finding = programFindings(observed).find(({ what: name }) => name === 'qemu')
  expect(finding).toMatchObject({ state: 'broken', found: expect.stringMatching(what) as string })
})
