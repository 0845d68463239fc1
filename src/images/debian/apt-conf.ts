/**
 * Those of the host's apt settings (`apt-config dump`) that a build needs to reach the same mirror: proxies, and checks the
 * host has switched off. As lines of apt.conf(5).
 */
export const aptConfOf = (dump: string): string[] =>
  dump
    .split('\n')
    .filter((line) =>
      /^Acquire::(?:https?::Proxy|https?::[^:]+::Proxy|Check-Date|Retries|https::Ca)/i.test(line),
    )
    .filter((line) => !line.endsWith(' "";'))
