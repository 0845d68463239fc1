import { CATALOGUE, EXIT, type Audience, type ErrorCode } from '../src/errors/catalogue.ts'
import { ADVICE } from './error-advice.ts'

const HEAD = `# Errors and exit statuses

<!-- Written by "npm run docs" from src/errors/catalogue.ts and scripts/error-advice.ts; a test fails when it is stale. -->

Every error has a code, says what happened, why (\`because\`) and what to do (\`fix\`). With \`--json\` it is an object on stdout,
\`{ "error": { "code", "exit", "message", "because", "fix", "machine", "problems" } }\`; the exit status is the same. Codes are never used again for something else.
`

const STATUSES: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'It worked.',
  failed: 'The operation was tried and failed.',
  usage: 'Wrong command line, or a definition with problems.',
  notRunning:
    'The machine is not running, or not in the state that was asked for (as `systemctl is-active`).',
  notFound: 'There is no such machine, image or file.',
  conflict: 'It exists already, or somebody else uses it.',
  host: 'The host lacks something: a program, a version, a device. `microvm doctor` explains.',
  stoppedHard:
    'Of `microvm run` alone: it was asked to stop, and the guest did not shut down by itself. The unit does not start it again.',
  busy: 'In use at the moment, or not there yet; the same call may work later.',
  permission: 'No permission.',
  timeout: 'A bound on time was reached (as timeout(1)).',
  bug: 'A defect in microvm.',
}

const WHO: Readonly<Record<Audience, string>> = {
  user: 'by you',
  host: 'on the host',
  guest: 'in the guest',
  bug: 'in microvm',
}

/** docs/errors.md, from the catalogue and the advice for each code. */
export const errorReference = (): string => {
  const statuses = Object.entries(EXIT)
    .map(([name, status]) => ({ status, meaning: STATUSES[name as keyof typeof EXIT] }))
    .toSorted((a, b) => a.status - b.status)
  return [
    HEAD,
    '## Exit statuses',
    '',
    '| status | meaning |',
    '|---|---|',
    ...statuses.map(({ status, meaning }) => `| ${status} | ${meaning} |`),
    '| 130, 143 | It was ended by SIGINT or SIGTERM. |',
    '| 141 | Nobody read its output any more (a closed pipe). |',
    '',
    '`microvm run` ends with the status the guest gave: `systemctl exit 7` in the guest makes it 7. A guest that powers itself off gives 0.',
    '',
    '## Codes',
    '',
    ...(Object.keys(CATALOGUE) as ErrorCode[]).flatMap((code) => {
      const { exit, who, meaning } = CATALOGUE[code]
      const { cause, todo } = ADVICE[code]
      return [
        `### ${code}`,
        '',
        `${meaning} Exit status ${exit}; to be put right ${WHO[who]}.`,
        '',
        `- Typical cause: ${cause}`,
        `- What to do: ${todo}`,
        '',
      ]
    }),
  ].join('\n')
}
