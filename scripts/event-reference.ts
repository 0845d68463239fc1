import type { Hypervisor } from '../src/hypervisors/contract.ts'

const HEAD = `# What becomes of each event of a hypervisor

Hypervisors report what happens to a machine: QEMU over QMP, cloud-hypervisor on its event monitor. This page has every event of both. What is not ignored becomes
one of the [events](state.md#events) of the machine. An event that is not in the table comes from a newer hypervisor: it becomes a \`warning\` with its name.

What a guest can cause as often as it likes is written down 60 times, and then once a minute.
`

/** docs/hypervisor-events.md, from the hypervisors' own tables. */
export const eventReference = (hypervisors: readonly Hypervisor[]): string =>
  [
    HEAD,
    ...hypervisors.flatMap(({ name, control }) => [
      `## ${name}\n`,
      '| event | becomes | |\n|---|---|---|',
      ...Object.entries(control.events).map(([event, meaning]) =>
        'becomes' in meaning
          ? `| \`${event}\` | \`${meaning.becomes}\` | ${meaning.remark} |`
          : `| \`${event}\` | | ${meaning.ignored} |`,
      ),
      '',
    ]),
  ].join('\n')
