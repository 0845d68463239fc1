import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { userNamespaceFinding } from '../../../src/cli/doctor/host-findings.ts'

/** What doctor says of a host with this one setting. */
const finding = (uid: number, file: string, value: string) => {
  const folder = mkdtempSync(join(tmpdir(), 'mv-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(dirname(join(folder, file)), { recursive: true })
  writeFileSync(join(folder, file), `${value}\n`)
  return userNamespaceFinding(uid, folder)
}

test.each([
  ['kernel/unprivileged_userns_clone', '0', '1'],
  ['user/max_user_namespaces', '0', '15000'],
  ['kernel/apparmor_restrict_unprivileged_userns', '1', '0'],
])('%s = %s forbids user namespaces to users', (file, closed, open) => {
  expect(finding(1000, file, open).state).toBe('ok')
  expect(finding(0, file, closed).state).toBe('ok')
  expect(finding(1000, file, closed)).toMatchObject({
    state: 'not usable',
    // virtiofsd is always started with --sandbox=namespace, unless a share says otherwise.
    cost: expect.stringContaining('no shares'),
    fix: expect.stringContaining(`${file.replace('/', '.')}=${open}`),
  })
})
