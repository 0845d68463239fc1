import { execFileSync } from 'node:child_process'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isVisible } from '../../../src/errors/invisible.ts'
import { quoteWord } from '../../../src/invocation/quote-word.ts'
import { type CliRig, machine, openCliRig } from './cli-rig.ts'

const EVIL = '\u001B]0;owned\u0007\u001B[2J\u009B31m\u202Egnp.\u2066\u200B\u2028\u{E0041}\t\r\u007Fé'
const TOML = EVIL.replaceAll(/[^ -~]/gu, (char) => `\\U${char.codePointAt(0)?.toString(16).padStart(8, '0')}`)

let rig: CliRig
beforeEach(() => {
  rig = openCliRig()
  rig.write(
    'microvm.toml',
    machine(
      'web',
      `platform = { oemStrings = ["${TOML}", "two\\nlines"], serialNumber = "${TOML}" }
volumes = [{ image = "${TOML}.img", autoCreate = true, size = "8M", serial = "x" }]`,
    ),
  )
})
afterEach(() => rig[Symbol.asyncDispose]())

/** Without what our own colours are. */
const plain = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- colours begin with ESC
  text.replaceAll(/\u001B\[(0|1|2|22|31|32|33|36|39)m/g, '')

describe('texts of a definition', () => {
  it('do not reach the terminal as they are, whatever the verb', async () => {
    rig.write('wrong.toml', `[machines.web]\nmem = "${TOML}"\n"${TOML}" = 1\nhypervisor = "${TOML}"`)
    rig.write('broken.toml', `[machines.web]\nmem = "${EVIL}`)
    const lines = [
      ['validate'],
      ['validate', '--json'],
      ['validate', '-f', 'wrong.toml'],
      ['validate', '-f', 'wrong.toml', '--json'],
      ['validate', '-f', 'broken.toml'],
      ['plan'],
      ['plan', '--json'],
      ['compile', '--print', 'argv'],
      ['compile', '--print', 'shell'],
      ['compile', '--print', 'json'],
      ['up', '-d', EVIL],
      ['logs', EVIL],
      [EVIL],
      ['ps', '-f', EVIL],
    ]
    for (const line of lines)
      for (const color of line[0] === 'plan' ? ['always', 'never'] : ['always']) {
        const { out, err, exit } = await rig.cli(...line, '--color', color)
        if (['plan', 'compile'].includes(line[0] ?? '')) expect(exit, err).toBe(0)
        const text = color === 'always' ? plain(out + err) : out + err
        expect(isVisible(text), `${line.join(' ')}: ${JSON.stringify(text)}`).toBe(true)
      }
  })

  it('are words of a shell all the same', async () => {
    const printed = (await rig.cli('compile', '--print', 'argv')).out
    const [run] = JSON.parse((await rig.cli('compile', '--print', 'json')).out) as [
      { vmm: { file: string; args: string[] } },
    ]
    const block = printed.slice(printed.lastIndexOf('# web: '))
    const script = `set -- ${block.replaceAll(/^#.*\n/gm, '').replaceAll(/\n {2}/g, ' ')}\nprintf '%s\\0' "$@"`
    const got = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1)
    expect(got).toEqual([run.vmm.file, ...run.vmm.args])
    expect(got.join()).toContain(EVIL)
    const words = [EVIL, `it's ${EVIL}'`, 'two\nlines', '\u202E', '$(x) `y` "z" \\ \u001B']
    for (const word of words) {
      expect(isVisible(quoteWord(word))).toBe(true)
      for (const shell of ['sh', 'bash'])
        expect(execFileSync(shell, ['-c', `printf %s ${quoteWord(word)}`], { encoding: 'utf8' })).toBe(word)
    }
  })
})
