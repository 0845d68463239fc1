import type { Invocation } from './invocation.ts'
import { assumedLines } from './assumed-lines.ts'
import type { MachineInvocations } from './machine-invocations.ts'
import { quoteWord } from './quote-word.ts'

/** One word per line, quoted for a shell, each process under a `#` line; requests as method, path and JSON. */
export const renderArgv = (run: MachineInvocations): string =>
  [
    ...assumedLines(run),
    ...run.sidecars.map(({ invocation }) => argvBlock(run.machine, invocation)),
    argvBlock(run.machine, run.vmm),
    ...run.boot.map((step) =>
      step.kind === 'run'
        ? argvBlock(run.machine, step.invocation)
        : [
            `# ${run.machine}: ${step.request.method} ${step.request.path}`,
            ...(step.request.body === undefined ? [] : [JSON.stringify(step.request.body, undefined, 2)]),
          ].join('\n'),
    ),
  ].join('\n\n') + '\n'

const argvBlock = (machine: string, { name, file, args, fds }: Invocation): string =>
  [
    `# ${machine}: ${name}`,
    ...fds.map((entry) => `# descriptor ${entry.fd}: ${descriptorText(entry).replaceAll('\n', '\\n')}`),
    quoteWord(file),
    ...args.map((word) => `  ${quoteWord(word)}`),
  ].join('\n')

const descriptorText = (entry: Invocation['fds'][number]): string => {
  if (entry.kind === 'path') return entry.path
  if (entry.kind === 'macvtap') return `the device of macvtap interface ${entry.interface}`
  return entry.kind === 'lock' ? 'the lock of the machine' : 'a pipe for events'
}
