import { cpSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { invocationsOf, plansOf, printableSecrets, specsOf } from '../../src/compile.ts'
import { formatProblem } from '../../src/errors/format.ts'
import type { Recorded } from '../../src/events/event.ts'
import { hypervisors } from '../../src/hypervisors/registry.ts'
import { directories, filesImage, observed } from '../machine-spec.ts'
import { openRig, type Rig } from '../rig/microvm-rig.ts'

const EXAMPLES = resolve(import.meta.dirname, '../../examples')

/** The example's folder, copied to where the rig runs: a running example of a developer is not disturbed. */
const openExample = (name: string): Rig => {
  const rig = openRig()
  cpSync(join(EXAMPLES, name), rig.folder, { recursive: true })
  return rig
}

const timeOf = (rig: Rig, machine: string, matches: (event: Recorded) => boolean): number => {
  const found = rig.events(machine).find(matches)
  if (found === undefined) throw new Error(`${machine} has no such event`)
  return Date.parse(found.at)
}

const freePort = (): Promise<number> =>
  new Promise((resolvePort, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolvePort(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })

test('examples/hello is ready, says hello on its console, and goes down gracefully', async () => {
  await using rig = openExample('hello')
  const up = await rig.run(['up', '-d'], 280)
  expect(up, up.stderr).toMatchObject({ exitCode: 0 })
  expect((await rig.run(['logs', 'hello', '--tail', '2000'])).stdout).toContain(
    'Hello from systemd in the guest',
  )
  expect(await rig.run(['down'], 150)).toMatchObject({ exitCode: 0 })
  expect(rig.record('hello')).toMatchObject({ state: 'stopped', outcome: 'graceful' })
})

test('examples/web-and-db: db answers before web starts, web shows what db says, and both go down in turn', async () => {
  await using rig = openExample('web-and-db')
  const [webPort, dbPort] = [await freePort(), await freePort()]
  for (const name of ['microvm.toml', 'ask-db.sh'])
    rig.write(
      name,
      readFileSync(join(EXAMPLES, 'web-and-db', name), 'utf8')
        .replaceAll('18080', String(webPort))
        .replaceAll('15432', String(dbPort)),
    )
  const up = await rig.run(['up', '-d'], 560)
  expect(up, up.stderr).toMatchObject({ exitCode: 0 })

  expect(rig.events('db')).toContainEqual(
    expect.objectContaining({ kind: 'guest-unit', unit: 'answering.target', active: true }),
  )
  expect(timeOf(rig, 'web', (event) => event.kind === 'run')).toBeGreaterThan(
    timeOf(rig, 'db', (event) => event.kind === 'guest-ready'),
  )
  const answer = await fetch(`http://127.0.0.1:${webPort}/`, { signal: AbortSignal.timeout(120_000) })
  expect(await answer.text()).toBe('db says: hello from the db\n')

  const down = await rig.run(['down'], 250)
  expect(down, down.stderr).toMatchObject({ exitCode: 0 })
  expect(timeOf(rig, 'db', (event) => event.kind === 'stop-step')).toBeGreaterThanOrEqual(
    timeOf(rig, 'web', (event) => event.kind === 'stopped'),
  )
}, 900_000)

test('examples/every-option is valid, compiles for the hypervisor it names, and is refused by the other with reasons', () => {
  const folder = join(EXAMPLES, 'every-option')
  const text = readFileSync(join(folder, 'microvm.toml'), 'utf8')
  const specs = specsOf({ text, file: 'microvm.toml', folder })
  if (!specs.ok) throw new Error(specs.problems.map((problem) => formatProblem(problem)).join('\n'))
  const host = { observed: observed(), directories, imageOf: () => filesImage }
  const compiled = hypervisors.flatMap(({ name }) =>
    specs.value.flatMap((spec) => {
      const plans = plansOf([{ ...spec, hypervisor: name as typeof spec.hypervisor }], host)
      if (plans.ok)
        return plans.value.map((plan) => {
          invocationsOf(plan, printableSecrets(plan))
          return spec.name
        })
      expect(spec.hypervisor, plans.problems[0]?.message).not.toBe(name)
      for (const problem of plans.problems)
        expect(problem.code, problem.message).toMatch(/^(CAPABILITY_MISSING|MEMORY_RULE)$/)
      return []
    }),
  )
  expect(new Set(compiled)).toEqual(new Set(specs.value.map(({ name }) => name)))
})
