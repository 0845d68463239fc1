import { type Finding, type Rule, clash, those } from './rule.ts'

export const vsockRules: Rule = {
  reads: ['vsock'],
  check: ({ vsock }) =>
    vsock.ports.flatMap(({ name, port }, index): Finding[] => {
      const at = ['vsock', 'ports', name, 'port']
      const other = vsock.ports.slice(0, index).find((earlier) => earlier.port === port)
      return those(
        port === vsock.notifyPort &&
          clash(
            at,
            `is ${port}, the port of READY=1.`,
            "microvm itself listens on vsock.notifyPort for what the guest's systemd says.",
            'Choose another port, or another vsock.notifyPort.',
          ),
        other !== undefined &&
          clash(
            at,
            `is ${port}, as is the port "${other.name}".`,
            'What the guest sends to a port can arrive at one place only.',
            'Choose another port.',
          ),
      )
    }),
}
