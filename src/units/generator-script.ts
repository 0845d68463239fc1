import { DEFINITIONS, type HostFacts } from './host-facts.ts'

/**
 * `microvm-generator` (systemd.generator(7)): at boot and at each `systemctl daemon-reload` the definitions become drop-ins below /run,
 * as fstab becomes mount units. A host without definitions pays for one test(1).
 */
export const generatorScript = ({ program }: HostFacts): string =>
  [
    '#!/bin/sh',
    '# Makes drop-ins of the machines in /etc/microvm. Written by "microvm host install".',
    `for definition in ${DEFINITIONS}/*.toml ${DEFINITIONS}/*.json; do`,
    `  if [ -e "$definition" ]; then exec ${program.map(shellWord).join(' ')} host generate "$1"; fi`,
    'done',
    'exit 0',
    '',
  ].join('\n')

const shellWord = (word: string): string =>
  /^[A-Za-z0-9_@%=:.,/+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`

/** `microvm` for the shell where the program was copied to a place of its own. */
export const launcherScript = (program: readonly string[]): string =>
  [
    '#!/bin/sh',
    '# Written by "microvm host install".',
    `exec ${program.map(shellWord).join(' ')} "$@"`,
    '',
  ].join('\n')
