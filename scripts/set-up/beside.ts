import { chmodSync, cpSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { runProgram } from '../../src/host/run-program.ts'
import type { AptConfig } from './apt-config.ts'
import type { Need } from './needs.ts'

/** The release such programs come from. */
export const BESIDE_SUITE = 'trixie'

/** Where they go, each with its libraries in a folder of its own; `/usr/local/bin` gets a small script that starts it. */
const LIB = '/usr/local/lib/microvm'
const BIN = '/usr/local/bin'

const [TRIPLET, LOADER] =
  process.arch === 'arm64'
    ? ['aarch64-linux-gnu', 'ld-linux-aarch64.so.1']
    : ['x86_64-linux-gnu', 'ld-linux-x86-64.so.2']

export type Beside = Need & { readonly beside: NonNullable<Need['beside']> }

/**
 * Takes a program of a newer Debian with the C library it was linked to, because its package would need the system's own to be
 * newer. Nothing else on the host uses these libraries. apt has verified every package.
 * @returns the commands that put it in place, as root.
 */
export const unpackBeside = async (
  need: Beside,
  config: AptConfig,
): Promise<{ readonly commands: readonly string[][]; readonly remove: () => void }> => {
  const { program, libraries } = need.beside
  const folder = mkdtempSync(join(tmpdir(), 'microvm-beside-'))
  chmodSync(folder, 0o755)
  const packages = [need.package, ...libraries].map((name) => `${name}/${BESIDE_SUITE}`)
  await runProgram(
    'apt-get',
    ['-c', config.file, '-q', '-o', 'APT::Sandbox::User=root', 'download', ...packages],
    { cwd: folder },
  )
  const root = join(folder, 'root')
  for (const deb of globSync(join(folder, '*.deb'))) await runProgram('dpkg-deb', ['--extract', deb, root])
  const name = basename(program)
  const made = join(folder, name)
  mkdirSync(made)
  for (const file of [program, ...globSync(`usr/lib/${TRIPLET}/*.so*`, { cwd: root })])
    cpSync(join(root, file), join(made, basename(file)), { verbatimSymlinks: true })
  const starter = join(folder, 'starter')
  writeFileSync(starter, starterScript(name))
  const place = join(LIB, name)
  return {
    commands: [
      ['mkdir', '-p', LIB, BIN],
      ['rm', '-rf', place],
      ['cp', '-R', '--preserve=mode,links,timestamps', made, place],
      ['install', '-m', '755', starter, join(BIN, name)],
    ],
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

const starterScript = (name: string): string => {
  const place = join(LIB, name)
  return [
    '#!/bin/sh',
    `# ${name} of Debian ${BESIDE_SUITE} with its libraries. Written by "npm run setup" of microvm; remove this file and`,
    `# ${place} when the system has a ${name} of its own.`,
    `exec ${place}/${LOADER} --argv0 ${name} --library-path ${place} ${place}/${name} "$@"`,
    '',
  ].join('\n')
}
