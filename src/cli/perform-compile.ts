import { invocationsOf, printableSecrets } from '../compile.ts'
import { MicrovmError } from '../errors/microvm-error.ts'
import { renderArgv } from '../invocation/render-argv.ts'
import { renderJson } from '../invocation/render-json.ts'
import { renderShell } from '../invocation/render-shell.ts'
import { chooseMachines } from './choose-machines.ts'
import type { Context } from './context.ts'
import { type HypervisorName, makePlanner } from './make-planner.ts'
import { readDefinition } from './read-definition.ts'

type Options = {
  readonly form: 'argv' | 'json' | 'shell'
  /** For a host that can run it. Undefined: for this host. */
  readonly hypervisor: HypervisorName | undefined
}

export const performCompile = async (
  context: Context,
  names: readonly string[],
  { form, hypervisor }: Options,
): Promise<number> => {
  const definition = await readDefinition(context, names)
  const planner = await makePlanner(definition, context, { hypervisor })
  const plans = await planner.planAll(chooseMachines(definition.machines, names))
  const unbuilt = plans.filter(({ image }) => image === undefined).map(({ spec }) => spec.name)
  if (unbuilt.length > 0)
    throw new MicrovmError('IMAGE_UNKNOWN', `Not built yet: the image of ${unbuilt.join(', ')}.`, {
      because: 'What is run names the files of the image.',
      fix: `Build it first: microvm image build ${unbuilt.join(' ')}`,
    })
  if (form === 'shell' && plans.length > 1)
    throw new MicrovmError('USAGE', 'A script starts one machine.', {
      fix: `Name one of: ${plans.map(({ spec }) => spec.name).join(', ')}.`,
    })
  const runs = plans.map((plan) => invocationsOf(plan, printableSecrets(plan)))
  if (form === 'json') context.out.data(renderJson(runs))
  else context.out.data(runs.map(form === 'argv' ? renderArgv : renderShell).join('\n'))
  return 0
}
