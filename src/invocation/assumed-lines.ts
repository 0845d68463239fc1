import type { MachineInvocations } from './machine-invocations.ts'

/** A comment where this would run on another host than this one. */
export const assumedLines = ({
  machine,
  assumed,
}: Pick<MachineInvocations, 'machine' | 'assumed'>): string[] =>
  assumed === undefined
    ? []
    : [
        `# ${machine}: for another host.${assumed.length === 0 ? '' : ` Assumed, not found here: ${assumed.join(', ')}.`}`,
      ]
