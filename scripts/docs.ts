import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { hypervisors } from '../src/hypervisors/registry.ts'
import { VERBS } from '../src/cli/verbs.ts'
import { capabilityTable } from './capability-table.ts'
import { cliReference } from './cli-reference.ts'
import { definitionReference } from './definition-reference.ts'
import { errorReference } from './error-reference.ts'
import { eventReference } from './event-reference.ts'
import { withMarkedPart } from './marked-part.ts'

const root = resolve(import.meta.dirname, '..')

/** Writes what the documentation has from the sources. The README's transcript comes from `test/guest/readme.test.ts`. */
writeFileSync(resolve(root, 'docs/definition.md'), definitionReference())
writeFileSync(resolve(root, 'docs/errors.md'), errorReference())
writeFileSync(resolve(root, 'docs/hypervisor-events.md'), eventReference(hypervisors))
writeFileSync(resolve(root, 'docs/cli.md'), cliReference(VERBS))
const readme = resolve(root, 'README.md')
writeFileSync(
  readme,
  withMarkedPart(readFileSync(readme, 'utf8'), 'capabilities', `${capabilityTable(hypervisors)}\n`),
)
