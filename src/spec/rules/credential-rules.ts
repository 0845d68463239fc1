import type { MachineBody } from '../machine-spec-of.ts'
import { type Finding, type Rule, clash, those, wrong } from './rule.ts'

/** Credentials microvm makes itself, when, and what to set instead. */
const OURS: readonly {
  readonly name: string
  readonly when: (body: MachineBody) => boolean
  readonly fix: string
}[] = [
  { name: 'vmm.notify_socket', when: () => true, fix: 'Remove it; the port is vsock.notifyPort.' },
  { name: 'system.hostname', when: () => true, fix: 'Remove it and set hostname.' },
  {
    name: 'fstab.extra',
    when: ({ volumes, shares }) => [...volumes, ...shares].some(({ mountPoint }) => mountPoint !== undefined),
    fix: 'Remove it, or remove mountPoint everywhere and write all the lines yourself.',
  },
]

export const credentialRules: Rule = {
  reads: ['credentials', 'volumes', 'shares'],
  check: (body) =>
    OURS.filter(({ name, when }) => body.credentials.some((given) => given.name === name) && when(body)).map(
      ({ name, fix }) =>
        clash(
          ['credentials', name],
          'is a credential microvm makes itself.',
          'The guest takes one of the two and ignores the other.',
          fix,
        ),
    ),
}

/** Texts every process of the guest can read, or that bypass the credentials. */
export const publicTextRules: Rule = {
  reads: ['kernelParams', 'platform'],
  check: ({ kernelParams, platform }) => [
    ...kernelParams.flatMap((param, index): Finding[] => {
      const at = ['kernelParams', index]
      return those(
        /[\n\r]/.test(param) &&
          wrong(
            at,
            'contains a line break.',
            'The kernel command line is a single line.',
            'Write one list entry per parameter.',
          ),
        /^systemd\.set_credential(_binary)?=/.test(param) && {
          ...clash(
            at,
            'sets a credential.',
            'Every process of the guest can read /proc/cmdline, and it is printed by `microvm compile`.',
            'Use credentials, which stay off the command line.',
          ),
          warning: true as const,
        },
      )
    }),
    ...platform.oemStrings.flatMap((text, index): Finding[] => {
      const [, name] = /^io\.systemd\.credential(?:\.binary)?:([^=]*)=/.exec(text) ?? []
      const at = ['platform', 'oemStrings', index]
      if (name === undefined) return []
      if (name === 'vmm.notify_socket')
        return [
          clash(
            at,
            'is the credential vmm.notify_socket.',
            'microvm sets it itself; readiness depends on it.',
            'Remove it; the port is vsock.notifyPort.',
          ),
        ]
      return [
        {
          ...clash(
            at,
            `is the credential "${name}".`,
            'OEM strings count as public: `microvm compile` prints them.',
            `Use credentials.${name}.`,
          ),
          warning: true,
        },
      ]
    }),
  ],
}
