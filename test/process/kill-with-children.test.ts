import { once } from 'node:events'
import { expect, test } from 'vitest'
import { identify, isAlive } from '../../src/host/proc.ts'
import { startProcess } from '../../src/host/process.ts'
import { waitUntil } from '../../src/host/wait-until.ts'

test('a killed helper takes its children along, as virtiofsd needs', async () => {
  const helper = startProcess({
    name: 'helper',
    file: 'sh',
    args: ['-c', 'sleep 1000 & echo $!; wait'],
    env: {},
    cwd: '/',
    fds: [],
  })
  helper.stderr.resume()
  const [chunk] = (await once(helper.stdout, 'data')) as [Buffer]
  const child = identify(Number(chunk.toString()))
  expect(child).toBeDefined()
  helper.kill('SIGKILL')
  expect((await helper.exited).signal).toBe('SIGKILL')
  expect(child && (await waitUntil(() => (isAlive(child) ? undefined : true), 5000))).toBe(true)
})
