import { once } from 'node:events'
import { expect, test } from 'vitest'
import { identify, isAlive } from '../../src/host/proc.ts'
import { startProcess } from '../../src/host/process.ts'
import { waitUntil } from '../../src/host/wait-until.ts'

/** As virtiofsd does: a first process that ends at once and a second one, in its group, that ignores what can be ignored. */
test.each([
  ['that still runs', 'wait'],
  ['that has ended itself', 'exit 0'],
])('a killed helper %s takes its children along', async (_, then) => {
  const helper = startProcess({
    name: 'helper',
    file: 'sh',
    args: ['-c', `trap '' INT; sleep 1000 & echo $!; ${then}`],
    env: {},
    cwd: '/',
    fds: [],
  })
  helper.stderr.resume()
  const [chunk] = (await once(helper.stdout, 'data')) as [Buffer]
  const child = identify(Number(chunk.toString()))
  expect(child).toBeDefined()
  helper.kill('SIGKILL')
  await helper.exited
  expect(child && (await waitUntil(() => (isAlive(child) ? undefined : true), 5000))).toBe(true)
})
