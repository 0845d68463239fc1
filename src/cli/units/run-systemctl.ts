import { needUnits } from '../../host-install/prepare-units.ts'
import { unitOf } from '../../host-install/unit-state.ts'
import { runInTerminal } from '../../host/run-in-terminal.ts'

/** `systemctl VERB microvm@NAME…` with our terminal, for its questions and messages; its exit status. Aborting ends it, not what it has asked for. */
export const runSystemctl = async (
  verb: string,
  names: readonly string[],
  options: readonly string[] = [],
  signal?: AbortSignal,
): Promise<number> => {
  needUnits()
  return runInTerminal('systemctl', [verb, ...options, '--', ...names.map(unitOf)], signal)
}
