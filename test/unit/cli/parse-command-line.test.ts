import { describe, expect, it } from 'vitest'
import { parseCommandLine } from '../../../src/cli/parse-command-line.ts'
import { VERBS } from '../../../src/cli/verbs.ts'
import { MicrovmError } from '../../../src/errors/microvm-error.ts'

const parse = (...argv: string[]) => parseCommandLine(argv, VERBS)

const failure = (...argv: string[]): MicrovmError => {
  try {
    parse(...argv)
  } catch (error) {
    if (error instanceof MicrovmError) return error
    throw error
  }
  throw new Error('it was accepted')
}

describe('verbs and global options', () => {
  it('finds the verb after global options and their values', () => {
    const { verb, globals, input } = parse('-f', 'up', '--color=never', 'down', 'web')
    expect(verb?.meta.name).toBe('down')
    expect(globals).toMatchObject({ file: 'up', color: 'never', json: false })
    expect(input.names).toEqual(['web'])
  })

  it('takes global options after the verb too', () => {
    const { globals } = parse('up', '--json', '-q', '--file=a.toml')
    expect(globals).toMatchObject({ json: true, quiet: true, file: 'a.toml' })
  })

  it("gives a verb's own short letter precedence after the verb, and only there", () => {
    const { globals, input } = parse('-f', 'a.toml', 'logs', '-f', 'web')
    expect(globals.file).toBe('a.toml')
    expect(input).toMatchObject({ options: { follow: true }, names: ['web'] })
    expect(parse('run', 'web', '-f', 'b.toml').globals.file).toBe('b.toml')
  })

  it('fills in defaults', () => {
    expect(parse('wait', 'web').input.options).toEqual({ for: 'ready', timeout: '5min' })
    expect(parse('compile').input.options).toEqual({ print: 'argv' })
  })

  it('knows verbs of two words', () => {
    expect(parse('image', 'ls').verb?.meta.name).toBe('image ls')
  })

  it('gives the verbs of a group whose second word is missing', () => {
    for (const words of [['image'], ['image', '--help'], ['--json', 'image']])
      expect(parse(...words).group?.map(({ meta }) => meta.name)).toContain('image ls')
  })

  it.each(['--version', '-V'])('takes %s for the verb', (word) => {
    expect(parse(word).verb?.meta.name).toBe('version')
  })

  it('gives no verb for options alone', () => {
    expect(parse('--help')).toMatchObject({ verb: undefined, globals: { help: true } })
    expect(parse().verb).toBeUndefined()
  })

  it('lets --help through where names are missing', () => {
    expect(parse('console', '--help').globals.help).toBe(true)
  })
})

describe('mistakes', () => {
  it.each([
    [['upp'], 'There is no verb "upp".', 'Did you mean "microvm up"?'],
    [['image', 'lsx'], 'There is no "microvm image lsx".', 'microvm image build'],
    [['exec', 'web', 'id'], 'There is no verb "exec".', 'microvm console NAME'],
    [['ls'], 'There is no verb "ls".', 'microvm ps --all'],
    [['up', '--detatch'], 'There is no option --detatch of "microvm up".', 'Did you mean "--detach"?'],
    [['--jsno', 'up'], 'There is no option --jsno.', 'Did you mean "--json"?'],
    [['wait', 'web', '--for=redy'], '--for cannot be "redy".', 'ready, running, stopped'],
    [['--color', 'red', 'ps'], '--color cannot be "red".', 'auto, always, never'],
    [['console'], '"microvm console" needs the name of a machine.', 'microvm help console'],
    [['console', 'a', 'b'], 'does not know what to do with "b"', 'microvm help console'],
    [['version', 'x'], 'does not know what to do with "x"', 'microvm help version'],
  ])('%j', (argv, message, fix) => {
    const error = failure(...argv)
    expect(error.code).toBe('USAGE')
    expect(error.message).toContain(message)
    expect(error.fix).toContain(fix)
  })

  it('names an option that lacks its value', () => {
    expect(failure('up', '--file').message).toContain('--file')
  })
})
