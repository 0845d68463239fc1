import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sequenceParser } from '../../../src/terminal/control-sequences.ts'
import { isQuery } from '../../../src/terminal/is-query.ts'
import { keptOutput } from '../../../src/terminal/kept-output.ts'
import { hostileBytes } from './hostile-bytes.ts'

const ESC = '\u001B'

const replay = (bytes: string | Uint8Array, most = 8192): string => {
  const kept = keptOutput(most)
  kept.push(sequenceParser().push(typeof bytes === 'string' ? Buffer.from(bytes) : bytes))
  return kept.read().toString()
}

/** What terminals answer, or act on beyond the characters they show. */
const QUERIES = [
  `${ESC}[6n`,
  `${ESC}[5n`,
  `${ESC}[?6n`,
  `${ESC}[?996n`,
  `${ESC}[c`,
  `${ESC}[0c`,
  `${ESC}[>c`,
  `${ESC}[=c`,
  `${ESC}Z`,
  '\u0005',
  '\u009B6n',
  '\u009A',
  `${ESC}[?2026$p`,
  `${ESC}[4$p`,
  `${ESC}[>q`,
  `${ESC}[>0q`,
  `${ESC}[?u`,
  `${ESC}[?4m`,
  `${ESC}[14t`,
  `${ESC}[18t`,
  `${ESC}[21t`,
  `${ESC}[x`,
  `${ESC}[?1;1;0S`,
  `${ESC}[1$w`,
  `${ESC}[1;1;1;1;1;1*y`,
  `${ESC}P$qm${ESC}\\`,
  `${ESC}P+q544e${ESC}\\`,
  '\u0090$q q\u009C',
  `${ESC}]11;?\u0007`,
  `${ESC}]4;1;?${ESC}\\`,
  `${ESC}]52;c;?${ESC}\\`,
  '\u009D10;?\u009C',
  `${ESC}_Gi=31,a=q;AAAA${ESC}\\`,
]

const MODES = [
  `${ESC}[?1049h`,
  `${ESC}[?1000;1006h`,
  `${ESC}[?2004h`,
  `${ESC}[?1h${ESC}=`,
  `${ESC}[?25l`,
  `${ESC}[4h`,
  `${ESC}[2;10r`,
  `${ESC}(0`,
  '\u000E',
  `${ESC}%@`,
  `${ESC}[>1u`,
  `${ESC}[>4;2m`,
  `${ESC}[!p`,
  `${ESC}c`,
  `${ESC}[2J`,
  `${ESC}[5;5H`,
  `${ESC}]0;title\u0007`,
  `${ESC}]52;c;c2VjcmV0\u0007`,
  `${ESC}[3 q`,
  `${ESC}[8;10;10t`,
  `${ESC}[5i`,
  '\u0007',
]

describe('what is shown again of a console', () => {
  it.each(QUERIES)('has not %j, which terminals answer', (query) => {
    expect(sequenceParser().push(Buffer.from(query)).some(isQuery)).toBe(true)
    expect(replay(`login: ${query}root`).replaceAll(/\r\n/g, '')).toBe('login: root')
  })

  it.each(MODES)('has not %j, which changes the terminal', (mode) => {
    expect(sequenceParser().push(Buffer.from(mode)).some(isQuery)).toBe(false)
    expect(replay(`one${mode}two`).replaceAll(/\r\n/g, '')).toBe('onetwo')
  })

  it('has the colours, also those with colons', () => {
    const coloured = `[  ${ESC}[0;32mOK${ESC}[0m  ] \u2713 ${ESC}[38:2::255:0:0mred${ESC}[m\r\n\tx\b`
    expect(replay(coloured)).toBe(coloured)
    expect(replay('\u009B1mbold')).toBe(`${ESC}[1mbold`)
  })

  it('puts what stood elsewhere on the screen on a line of its own', () => {
    expect(replay(`a job runs (1s)\r${ESC}[K[  OK  ]\r\n${ESC}[H${ESC}[2Jtop`)).toBe(
      'a job runs (1s)\r\r\n[  OK  ]\r\ntop',
    )
  })

  it('begins with a whole line, and never within a sequence or a character', () => {
    expect(replay(`${'x'.repeat(20)}\nsecond\nthird`, 10)).toBe('third')
    expect(replay(`${'é'.repeat(20)}`, 13)).toBe('é'.repeat(6))
    expect(replay(`xxxx${ESC}[1;31mred`, 6)).toBe('red')
  })

  it('does not end within a sequence that goes on later', () => {
    expect(replay(`login: ${ESC}[6`)).toBe('login: ')
    expect(replay(`login: ${ESC}]11;`)).toBe('login: ')
  })

  it('is UTF-8 with colours and nothing else, whatever came', () => {
    fc.assert(
      fc.property(hostileBytes, fc.integer({ min: 1, max: 40 }), (bytes, most) => {
        const text = replay(bytes, most)
        expect(text).not.toContain('\uFFFD')
        // oxlint-disable-next-line no-control-regex -- the point of the test
        expect(text.replaceAll(/\u001B\[[0-9;:]*m/g, '')).not.toMatch(/[^\t\n\r\b\u0020-\u007E\u00A0-\uFFFF]/)
      }),
    )
  })
})
