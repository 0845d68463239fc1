import { expect, test } from 'vitest'
import { openRig } from '../rig/microvm-rig.ts'
import { guest } from './definitions.ts'

test('a guest of Debian sid, with its newer systemd, is ready and shuts down as well', async () => {
  await using rig = openRig()
  rig.write('microvm.toml', guest('newer').replace('suite = "trixie"', 'suite = "sid"'))
  // The image is built here unless an earlier run has left it in the cache.
  const built = await rig.run(['image', 'build'], 400)
  expect(built, built.stderr).toMatchObject({ exitCode: 0 })
  const up = await rig.run(['up', '-d'], 200)
  expect(up, up.stderr).toMatchObject({ exitCode: 0 })
  const console = await rig.console('newer')
  console.type('\r')
  await console.expect('login:')
  console.type('root\r')
  await console.expect('# ')
  console.type('echo version-$(systemctl --version | head -1 | cut -d" " -f2)-\r')
  const said = await console.expect(/version-(\d+)-/)
  expect(Number(/version-(\d+)-/.exec(said)?.[1])).toBeGreaterThanOrEqual(262)
  console.close()
  expect(await rig.run(['down'], 120)).toMatchObject({ exitCode: 0 })
  expect(rig.record('newer')).toMatchObject({ state: 'stopped', outcome: 'graceful' })
})
