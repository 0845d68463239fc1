import { execFile, spawnSync } from 'node:child_process'
import { writeFileSync, chmodSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bashCompletion } from '../../../src/cli/completion/bash.ts'
import { fishCompletion } from '../../../src/cli/completion/fish.ts'
import { zshCompletion } from '../../../src/cli/completion/zsh.ts'
import { VERBS } from '../../../src/cli/verbs.ts'
import { type CliRig, machine, openCliRig } from './cli-rig.ts'

const run = promisify(execFile)

let rig: CliRig
let script: string
beforeAll(() => {
  rig = openCliRig()
  script = rig.write('completion.bash', bashCompletion(VERBS))
  rig.write('microvm.toml', machine('web') + machine('worker') + machine('db'))
  // What the script calls.
  mkdirSync(join(rig.folder, 'bin'))
  const main = resolve(import.meta.dirname, '../../../dist/microvm.mjs')
  writeFileSync(join(rig.folder, 'bin/microvm'), `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`)
  chmodSync(join(rig.folder, 'bin/microvm'), 0o755)
})
afterAll(() => rig[Symbol.asyncDispose]())

/** What bash offers for the last word. `=` is a word of its own, as bash's COMP_WORDBREAKS makes it. */
const complete = async (...words: string[]): Promise<string[]> => {
  const { stdout } = await run(
    'bash',
    [
      '--norc',
      '-c',
      `source "$1"; shift; COMP_WORDS=(microvm "$@"); COMP_CWORD=$#; _microvm; printf '%s\\n' "\${COMPREPLY[@]}"`,
      'bash',
      script,
      ...words,
    ],
    {
      cwd: rig.folder,
      env: {
        ...process.env,
        PATH: `${join(rig.folder, 'bin')}:${process.env['PATH'] ?? ''}`,
        MICROVM_STATE_DIR: join(rig.folder, 's'),
      },
    },
  )
  return stdout.trim().split('\n').toSorted()
}

describe('bash', () => {
  it('is a valid script, and what the program prints', async () => {
    await run('bash', ['-n', script])
    expect((await rig.cli('completion', 'bash')).out).toBe(bashCompletion(VERBS))
  })

  it.each<[string[], string[]]>([
    [['u'], ['up']],
    [['do'], ['doctor', 'down']],
    [['-f', 'microvm.toml', 'ver'], ['version']],
    [
      ['image', ''],
      ['build', 'ls', 'prune', 'rm'],
    ],
    [['up', '--det'], ['--detach']],
    [['--qu'], ['--quiet']],
    [
      ['wait', 'web', '--for', ''],
      ['ready', 'running', 'stopped'],
    ],
    [
      ['wait', 'web', '--for', '=', 'r'],
      ['ready', 'running'],
    ],
    [['compile', '--print', 'j'], ['json']],
    [['--color', 'n'], ['never']],
    [
      ['completion', ''],
      ['bash', 'fish', 'zsh'],
    ],
    [
      ['up', 'w'],
      ['web', 'worker'],
    ],
    [['logs', '-f', 'd'], ['db']],
    [['version', ''], ['']],
  ])('%j → %j', async (words, expected) => expect(await complete(...words)).toEqual(expected))
})

const isThere = (name: string): boolean => spawnSync(name, ['--version']).status === 0

describe('other shells', () => {
  it.runIf(isThere('zsh'))('zsh accepts its script', async () => {
    await run('zsh', ['-n', rig.write('_microvm', zshCompletion(VERBS))])
  })

  it.runIf(isThere('fish'))('fish accepts its script', async () => {
    await run('fish', ['--no-execute', rig.write('microvm.fish', fishCompletion(VERBS))])
  })

  it('have every verb', () => {
    for (const { meta } of VERBS)
      for (const word of meta.name.split(' ')) {
        expect(zshCompletion(VERBS)).toContain(word)
        expect(fishCompletion(VERBS)).toContain(word)
      }
  })
})
