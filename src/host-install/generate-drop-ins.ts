import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { formatProblem } from '../errors/format.ts'
import { machineDropIn } from '../units/machine-drop-in.ts'
import { readSystemDefinitions } from './system-definitions.ts'

/** Where systemd.generator(7) is told to write, for units of ordinary priority. */
export const GENERATED = '/run/systemd/generator'

export const dropInPath = (folder: string, machine: string): string =>
  join(folder, `microvm@${machine}.service.d/50-definition.conf`)

/**
 * The work of `microvm-generator`: one drop-in per machine. A broken file costs its own machines their drop-ins, and is told;
 * their units then say the same when they are started.
 */
export const generateDropIns = (
  folder: string,
  report: (text: string) => void,
  definitions?: string,
): void => {
  const taken = new Map<string, string>()
  for (const { file, machines, problems } of readSystemDefinitions(definitions)) {
    for (const problem of problems) report(formatProblem(problem))
    for (const spec of machines) {
      const other = taken.get(spec.name)
      if (other !== undefined) {
        report(`"${spec.name}" of ${file} is left out: ${other} defines a machine of that name.`)
        continue
      }
      taken.set(spec.name, file)
      const path = dropInPath(folder, spec.name)
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(path, machineDropIn(spec, file))
    }
  }
}
