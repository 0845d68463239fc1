import { placeholder } from '../invocation/placeholder.ts'
import type { Plan } from '../plan/plan.ts'

/** The `--json` form of a machine as defined, defaults filled in; texts of credentials are marked, not printed. */
export const specToJson = (spec: Plan['spec']) => ({
  ...spec,
  credentials: spec.credentials.map(({ name, from }) =>
    from.kind === 'text' ? { name, from: { kind: from.kind, text: placeholder(name) } } : { name, from },
  ),
})
