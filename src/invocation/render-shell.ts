import type { BootStep, Invocation } from './invocation.ts'
import { assumedLines } from './assumed-lines.ts'
import type { MachineInvocations } from './machine-invocations.ts'
import { quoteWord } from './quote-word.ts'

/** How long the script waits for a socket, in tenths of a second. */
const PATIENCE = 100

/**
 * A POSIX script that starts the machine by hand. It leaves out what only the supervisor can do: reading the guest's
 * notifications, watching and stopping; and secrets, whose places are marked.
 */
export const renderShell = (run: MachineInvocations): string =>
  [
    '#!/bin/sh',
    `# Starts "${run.machine}" as microvm would, without supervision: nobody waits for READY=1.`,
    ...assumedLines(run),
    '# Needs curl where the hypervisor is driven over its API. <secret:NAME> marks where a secret goes.',
    'set -eu',
    'umask 077',
    `mkdir -p ${run.directories.map(quoteWord).join(' ')}`,
    `exec 9>>${quoteWord(run.lock)}`,
    'flock -n 9',
    `waitfor() { n=0; until [ -S "$1" ]; do n=$((n + 1)); [ $n -lt ${PATIENCE} ]; sleep 0.1; done; }`,
    ...run.files.map(({ path, content }) => `printf %s ${quoteWord(content)} >${quoteWord(path)}`),
    ...run.sidecars.flatMap(({ invocation, ready }) => [
      '',
      `${command(invocation)} &`,
      `waitfor ${quoteWord(ready.listening)}`,
    ]),
    '',
    `${command(run.vmm)} &`,
    ...(run.boot.length === 0 ? [] : [`waitfor ${quoteWord(run.control)}`]),
    ...run.boot.flatMap((step) => ['', bootCommand(run, step)]),
    'wait',
    '',
  ].join('\n')

const command = ({ file, args, env, fds, cwd }: Invocation): string =>
  [
    `cd ${quoteWord(cwd)} &&`,
    ...Object.entries(env).map(([key, value]) => `${key}=${quoteWord(value)}`),
    quoteWord(file),
    ...args.map(quoteWord),
    ...fds.map(redirection),
  ].join(' \\\n  ')

const redirection = (entry: Invocation['fds'][number]): string => {
  if (entry.kind === 'path') return `${entry.fd}<>${quoteWord(entry.path)}`
  if (entry.kind === 'macvtap')
    return `${entry.fd}<>"/dev/tap$(cat ${quoteWord(`/sys/class/net/${entry.interface}/ifindex`)})"`
  return entry.kind === 'lock' ? `${entry.fd}>&9` : `${entry.fd}>events.json`
}

const bootCommand = ({ control }: MachineInvocations, step: BootStep): string => {
  if (step.kind === 'run') return command(step.invocation)
  const { method, path, body } = step.request
  const curl = `curl --fail-with-body -sS --unix-socket ${quoteWord(control)} -X ${method} http://localhost${quoteWord(path)}`
  if (body === undefined) return curl
  return `${curl} \\\n  -H 'Content-Type: application/json' --data-binary @- <<'JSON'\n${JSON.stringify(body, undefined, 2)}\nJSON`
}
