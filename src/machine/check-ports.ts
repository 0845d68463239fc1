import type { Problem } from '../errors/problem.ts'
import { tryPort } from '../host/try-port.ts'
import type { MachineSpec } from '../spec/machine-spec.ts'

/** Ports of this host that the machine forwards and that it could not listen on now. Not for a machine that runs: it has them itself. */
export const checkPorts = async ({ name, interfaces }: MachineSpec): Promise<Problem[]> => {
  const tried = interfaces.flatMap(({ forwardPorts }, index) =>
    forwardPorts.map(async ({ proto, hostAddress, hostPort }, number) => {
      const code = await tryPort(proto, hostAddress, hostPort)
      const at = ['machines', name, 'interfaces', index, 'forwardPorts', number, 'host']
      return code === undefined ? [] : refusal(code, at, proto, hostAddress, hostPort)
    }),
  )
  return (await Promise.all(tried)).flat()
}

const refusal = (
  code: string,
  at: readonly (string | number)[],
  proto: 'tcp' | 'udp',
  address: string,
  port: number,
): Problem[] => {
  const what = `${proto} ${address.includes(':') ? `[${address}]` : address}:${port}`
  if (code === 'EADDRINUSE')
    return [
      {
        code: 'PORT_IN_USE',
        at: [...at, 'port'],
        message: `Another program already listens on ${what}.`,
        because: 'A port of this host leads to one program.',
        fix: `Forward another port, or end that program: ss --listening --processes --numeric --${proto} 'sport = :${port}'`,
      },
    ]
  if (code === 'EACCES')
    return [
      {
        code: 'HOST_PERMISSION',
        at: [...at, 'port'],
        message: `This user may not listen on ${what}.`,
        because: 'Low ports are for privileged programs (sysctl net.ipv4.ip_unprivileged_port_start).',
        fix: `Forward a port of 1024 or higher, or allow this one: sudo sysctl net.ipv4.ip_unprivileged_port_start=${port}`,
      },
    ]
  if (code === 'EADDRNOTAVAIL')
    return [
      {
        code: 'HOST_DEVICE_MISSING',
        at: [...at, 'address'],
        message: `No interface of this host has the address ${address}.`,
        fix: 'Write an address that "ip address" shows; "127.0.0.1" is this host alone.',
      },
    ]
  return []
}
