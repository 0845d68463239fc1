import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeJson } from '../../../src/definition/decode-json.ts'
import { decodeToml } from '../../../src/definition/decode-toml.ts'
import { MicrovmError } from '../../../src/errors/microvm-error.ts'
import type { Problem } from '../../../src/errors/problem.ts'
import { codeFrame } from '../../../src/report/code-frame.ts'
import { durationText } from '../../../src/report/duration-text.ts'
import { errorText, problemText } from '../../../src/report/error-text.ts'
import { splitLines } from '../../../src/report/split-lines.ts'
import { plain, type Style } from '../../../src/report/style.ts'
import { table } from '../../../src/report/table.ts'
import { wantsColor, wantsLive } from '../../../src/report/wants-color.ts'

const red = (text: string): string => `\u001B[31m${text}\u001B[39m`
const colours: Style = { colours: true, bold: red, dim: red, red, green: red, yellow: red, cyan: red }

describe('codeFrame', () => {
  const place = (line: number, column: number) => ({ file: 'a.toml', line, column })

  it('puts the caret under the place', () => {
    expect(codeFrame('a = 1\nmem = "51"\n', place(2, 7))).toBe('  2 │ mem = "51"\n    │       ^')
  })

  it('counts a tab as one column, and survives places outside of the line', () => {
    expect(codeFrame('\tmem = 1', place(1, 2))).toBe('  1 │  mem = 1\n    │  ^')
    expect(codeFrame('x', place(1, 99))).toBe('  1 │ x\n    │  ^')
    expect(codeFrame('x', place(7, 1))).toBeUndefined()
  })

  it('shows a part of a long line, the caret still under the place', () => {
    const text = `${'a'.repeat(300)}X${'b'.repeat(300)}`
    const [line = '', caret = ''] = codeFrame(text, place(1, 301))?.split('\n') ?? []
    expect(line.length).toBeLessThan(120)
    expect(line[caret.indexOf('^')]).toBe('X')
  })
})

describe('errorText', () => {
  const problem = {
    code: 'DEFINITION_VALUE',
    at: ['machines', 'web', 'mem'],
    message: 'mem is no size.',
    fix: 'Write "512M".',
    place: { file: 'a.toml', line: 1, column: 7 },
  } as const

  it('shows each problem with its source line', () => {
    const error = new MicrovmError('DEFINITION_VALUE', 'a.toml cannot be used.', { problems: [problem] })
    expect(errorText(error, () => 'mem = "x"', plain)).toBe(
      [
        'error DEFINITION_VALUE  a.toml:1:7: mem is no size.',
        '  1 │ mem = "x"',
        '    │       ^',
        '  fix      Write "512M".',
      ].join('\n'),
    )
  })

  it('adds what the error itself has to say, and does without an unreadable source', () => {
    const error = new MicrovmError('DEFINITION_VALUE', 'Nothing was started.', {
      problems: [problem],
      fix: 'Try again.',
    })
    expect(errorText(error, () => undefined, plain).split('\n')).toEqual([
      'error DEFINITION_VALUE  a.toml:1:7: mem is no size.',
      '  fix      Write "512M".',
      'error DEFINITION_VALUE  Nothing was started.',
      '  fix      Try again.',
    ])
  })
})

describe('very many problems', () => {
  it('are printed in time, the first of them and how many there are', () => {
    const text = `[machines.web]\n${Array.from({ length: 3_000 }, (_, index) => `k${index} = "${'x'.repeat(200)}"\n`).join('')}`
    const decoded = decodeToml(text, 'a.toml')
    const problems = decoded.ok ? decoded.value.problems : decoded.problems
    expect(problems.length).toBeGreaterThanOrEqual(3_000)
    let read = 0
    const sources = (): string => {
      read += 1
      return text
    }
    const error = new MicrovmError('DEFINITION_VALUE', 'a.toml cannot be used.', { problems })
    const printed = errorText(error, sources, plain)
    expect(read).toBe(1)
    expect(printed.match(/^error /gm)?.length).toBe(100)
    expect(printed).toContain(`… and ${problems.length - 100} more, ${problems.length} in all`)
  })

  it.each([
    ['a text', `[machines.web]\nmem = "${'9'.repeat(1_000_000)}"`],
    ['a number', `[machines.web]\nmem = ["${'9'.repeat(1_000_000)}"]\nvcpu = "${'9'.repeat(1_000_000)}"`],
    ['a key', `[machines.web]\n${'k'.repeat(1_000_000)} = 1`],
    ['a name', `[machines.${'k'.repeat(1_000_000)}]\nmem = 1`],
  ])('of a megabyte are shortened: %s', (_, text) => {
    const decoded = decodeToml(text, 'a.toml')
    const problems = decoded.ok ? decoded.value.problems : decoded.problems
    const error = new MicrovmError('DEFINITION_VALUE', 'a.toml cannot be used.', { problems })
    expect(errorText(error, () => text, plain).length).toBeLessThan(10_000)
  })
})

describe('an error that quotes others', () => {
  const evil = '\u001B]52;c;c2VjcmV0\u0007\u001B[2Jwords'

  it('is harmless, and keeps its lines', () => {
    const error = new MicrovmError('VMM_CRASHED', evil, {
      because: `${evil}\nmore`,
      fix: evil,
      problems: [{ code: 'USAGE', at: [evil], message: evil, because: evil, fix: evil }],
    })
    const text = errorText(error, () => undefined, plain)
    // oxlint-disable-next-line no-control-regex -- the point of the test
    expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/)
    expect(text.split('\n').slice(-4)).toEqual([
      'error VMM_CRASHED  words',
      '  because  words',
      '           more',
      '  fix      words',
    ])
  })
})

describe('the source line of a problem', () => {
  const shown = (source: string, changes: Partial<Problem> = {}, file = 'a.toml'): string => {
    const decoded = file.endsWith('.json') ? decodeJson(source, file) : decodeToml(source, file)
    const problems = decoded.ok ? decoded.value.problems : decoded.problems
    expect(problems.length).toBeGreaterThan(0)
    return problems.map((one) => problemText({ ...one, ...changes }, 'error', () => source, plain)).join('\n')
  }
  const credentials = (body: string): string => `[machines.web.credentials]\n${body}`

  it.each([
    ['a typo', credentials('bad = { txt = "hunter3" }')],
    ['the text of a number', credentials('pin = 43133')],
    ['a typo behind a text of several lines', credentials('bad = { text = """\nhunter3""", more = 1 }')],
    [
      'a typo behind a text that ends in a backslash',
      `a = '''\\'''\n${credentials('b = { txt = "hunter3" }')}`,
    ],
    ['a misspelt table', '[machines.web]\ncredentails = { a = "hunter3" }'],
    ['a mistake beside it', '[machines.web]\ncredentials.a = "hunter3"\nvolumes = 5'],
    ['a mistake in the same line', 'machines.web = { credentials = { a = "hunter3" }, mem = "64 megs" }'],
    ['quotes that were forgotten', credentials('a = hunter3')],
    ['a quote that was forgotten', credentials('a = "hunter3')],
    ['broken text at another place', 'machines.web.volumes = [{ serial = "hunter3" ]'],
    ['a password', '[machines.web.image.debian]\nsuite = "sid"\nrootPassword = "hunter3"'],
  ])('does not show a credential: %s', (_, source) => {
    expect(shown(source)).not.toMatch(/hunter3|43133/)
  })

  it.each([
    ['a typo', '{"machines":{"web":{"credentials":{"a":{"txt":"hunter3"}}}}}'],
    ['a mistake in the same line', '{"machines":{"web":{"credentials":{"a":"hunter3"},"mem":"64 megs"}}}'],
    ['broken text', '{"machines":{"web":{"credentials":{\n"a": hunter3\n}}}}'],
    ['a key that is there twice', '{"machines":{"web":{"credentials":{"a":"hunter3","a":"hunter3"}}}}'],
  ])('nor in JSON: %s', (_, source) => {
    expect(shown(source, {}, 'a.json')).not.toContain('hunter3')
  })

  it('shows the wrong text and the names, with the caret in its place', () => {
    expect(shown('machines.web = { hostname = "web", "mem" = "64 megs" }').split('\n').slice(1, 3)).toEqual([
      '  1 │ machines.web = { hostname = "•••", "mem" = "64 megs" }',
      '    │                                            ^',
    ])
  })
})

describe('durationText', () => {
  it.each([
    [0, '0.0 s'],
    [-5, '0.0 s'],
    [4200, '4.2 s'],
    [99_940, '99.9 s'],
    [125_000, '2 min 5 s'],
    [3_600_000, '1 h'],
    [11_400_000, '3 h 10 min'],
    [4 * 86_400_000 + 7_200_000, '4 d 2 h'],
  ])('%d → %s', (ms, text) => expect(durationText(ms)).toBe(text))
})

describe('table', () => {
  it('aligns columns by what is seen, colours not counted', () => {
    expect(table([['a', 'b'], [red('long'), 'x'], ['c']])).toEqual(['a     b', `${red('long')}  x`, 'c'])
  })
})

describe('wantsColor', () => {
  it.each([
    ['auto', {}, true, true],
    ['auto', {}, false, false],
    ['auto', { NO_COLOR: '1' }, true, false],
    ['auto', { NO_COLOR: '' }, true, true],
    ['auto', { TERM: 'dumb' }, true, false],
    ['auto', { CLICOLOR_FORCE: '1' }, false, true],
    ['auto', { CLICOLOR_FORCE: '0' }, false, false],
    ['auto', { CLICOLOR_FORCE: '1', NO_COLOR: '1' }, false, true],
    ['always', { NO_COLOR: '1', TERM: 'dumb' }, false, true],
    ['never', { CLICOLOR_FORCE: '1' }, true, false],
  ] as const)('--color=%s %j, terminal %s → %s', (choice, env, terminal, wanted) =>
    expect(wantsColor(choice, env, terminal)).toBe(wanted),
  )

  it('redraws only for a person at a capable terminal', () => {
    expect(wantsLive({ TERM: 'xterm' }, true)).toBe(true)
    expect(wantsLive({ TERM: 'dumb' }, true)).toBe(false)
    expect(wantsLive({ CI: 'true' }, true)).toBe(false)
    expect(wantsLive({}, false)).toBe(false)
  })
})

describe('splitLines', () => {
  it('gives the same lines however the text is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', '\n', '\r\n', 'bc')),
        fc.integer({ min: 1, max: 5 }),
        (parts, size) => {
          const text = parts.join('')
          const splitter = splitLines()
          const lines: string[] = []
          for (let at = 0; at < text.length; at += size)
            lines.push(...splitter.push(text.slice(at, at + size)))
          const whole = text.split('\n').map((line) => line.replace(/\r+$/, ''))
          expect([...lines, splitter.rest().replace(/\r+$/, '')]).toEqual(whole)
        },
      ),
    )
  })

  it('cuts a line that never ends', () => {
    const splitter = splitLines()
    expect(splitter.push('x'.repeat(70_000))).toEqual(['x'.repeat(65_536)])
    expect(splitter.rest()).toHaveLength(70_000 - 65_536)
  })
})

it('colours make no difference to what is said', () => {
  const error = new MicrovmError('USAGE', 'No.', { fix: 'Yes.' })
  // oxlint-disable-next-line no-control-regex -- colour sequences begin with ESC
  expect(errorText(error, () => undefined, colours).replaceAll(/\u001B\[\d+m/g, '')).toBe(
    errorText(error, () => undefined, plain),
  )
})
