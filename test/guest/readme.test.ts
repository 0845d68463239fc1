import { expect, test } from 'vitest'
import { openRig } from '../rig/microvm-rig.ts'
import { expectedBlock, normalise, readmeDefinition, runBlock } from '../rig/readme.ts'
import { shortenedCommand } from '../rig/shortened-command.ts'

test('the first screen of the README is what these commands print, with a real guest', async () => {
  await using rig = openRig()
  rig.write('microvm.toml', readmeDefinition())
  const transcript = await runBlock(rig, 'transcript', 0, 500)
  expect(transcript).toMatch(/ready +after/)
  expect(normalise(transcript)).toEqual(normalise(expectedBlock('transcript', transcript)))

  const command = await shortenedCommand(rig)
  expect(normalise(command)).toEqual(normalise(expectedBlock('compiled', command)))
}, 700_000)

test('the mistakes the README shows are reported as it says', async () => {
  await using rig = openRig()
  rig.write('microvm.toml', readmeDefinition().replace('vcpu = 2', 'vcpus = 2').replace('"64M"', '"64 megs"'))
  const mistakes = await runBlock(rig, 'mistakes', 2, 30)
  expect(normalise(mistakes)).toEqual(normalise(expectedBlock('mistakes', mistakes)))
})
