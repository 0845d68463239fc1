import { EXIT } from '../../errors/catalogue.ts'
import { findDirectories } from '../../host/directories.ts'
import { observeHost } from '../../host/observe-host.ts'
import { type Finding, findingsText } from '../../report/findings.ts'
import { accelText } from '../../report/machine-rows.ts'
import { VERSION } from '../../version.ts'
import type { Context } from '../context.ts'
import {
  directoryFindings,
  idMappingFinding,
  kvmFinding,
  systemdFinding,
  tunFinding,
  userNamespaceFinding,
} from './host-findings.ts'
import { programFindings, waysToRun } from './program-findings.ts'

export const performDoctor = async ({ env, uid, globals, out }: Context): Promise<number> => {
  const observed = await observeHost(env)
  const directories = directoryFindings(findDirectories(env, uid))
  const findings: Finding[] = [
    kvmFinding(observed.kvm),
    ...programFindings(observed),
    tunFinding(),
    userNamespaceFinding(uid),
    idMappingFinding(observed),
    ...directories,
    systemdFinding(),
  ]
  const way = directories.some(isClosed) ? undefined : waysToRun(observed)
  if (globals.json)
    out.json({
      microvm: VERSION,
      node: process.versions.node,
      kernel: observed.kernel,
      arch: observed.arch,
      canRun: way !== undefined,
      hypervisor: way?.hypervisor ?? null,
      accel: way?.accel ?? null,
      findings,
    })
  else out.data(`${findingsText(findings, out.style)}\n\n${verdict(way, out.style)}`)
  return way === undefined ? EXIT.host : EXIT.ok
}

/** Too little space is worth a word, not a refusal. */
const isClosed = ({ state, found }: Finding): boolean => state === 'not usable' && !found.endsWith('free')

const verdict = (way: ReturnType<typeof waysToRun>, style: Context['out']['style']): string =>
  way === undefined
    ? style.red('Machines cannot run here yet; see above.')
    : style.green(
        `Machines can run here, on ${way.hypervisor} with ${way.accel === 'kvm' ? 'KVM' : accelText('tcg')}.`,
      )
