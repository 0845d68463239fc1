import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { changedModes } from '../../../src/terminal/changed-modes.ts'
import { hostileBytes } from './hostile-bytes.ts'

const ESC = '\u001B'
const ALWAYS = `\u0018${ESC}\\`

const undone = (text: string): string => {
  const modes = changedModes()
  modes.push(Buffer.from(text))
  const undo = modes.undo()
  expect(undo.startsWith(ALWAYS)).toBe(true)
  return undo.slice(ALWAYS.length)
}

describe('leaving a console', () => {
  it.each([
    ['nothing but colours, where nothing else was changed', `login: ${ESC}[1m`, `${ESC}[0m`],
    ['the alternate screen', `${ESC}[?1049h`, `${ESC}[?1049l${ESC}[0m`],
    ['no screen that the guest has left itself', `${ESC}[?1049h${ESC}[?1049l`, `${ESC}[0m`],
    [
      'mouse and paste',
      `${ESC}[?1000;1006h${ESC}[?2004h`,
      `${ESC}[?1000l${ESC}[?1006l${ESC}[?2004l${ESC}[0m`,
    ],
    ['the cursor', `${ESC}[?25l`, `${ESC}[?25h${ESC}[0m`],
    ['no cursor that is there', `${ESC}[?25l${ESC}[?25h`, `${ESC}[0m`],
    ['wrapping lines', `${ESC}[?7l`, `${ESC}[?7h${ESC}[0m`],
    ['inserting', `${ESC}[4h`, `${ESC}[4l${ESC}[0m`],
    ['margins, without moving the cursor', `${ESC}[2;10r`, `${ESC}[0m${ESC}7${ESC}[r${ESC}8`],
    ['the keypad and its cursor keys', `${ESC}[?1h${ESC}=`, `${ESC}[?1l${ESC}[0m${ESC}>`],
    ['character sets', `${ESC}(0\u000E`, `${ESC}[0m${ESC}(B\u000F`],
    ['the shape of the cursor', `${ESC}[5 q`, `${ESC}[0m${ESC}[0 q`],
    ["kitty's keyboard", `${ESC}[>1u${ESC}[>5u`, `${ESC}[0m${ESC}[<2u`],
    ["kitty's keyboard of the other screen", `${ESC}[?1049h${ESC}[>1u`, `${ESC}[<1u${ESC}[?1049l${ESC}[0m`],
    ["xterm's keys", `${ESC}[>4;2m`, `${ESC}[0m${ESC}[>4m`],
    ['colours of the terminal', `${ESC}]11;#000000\u0007`, `${ESC}[0m${ESC}]111${ESC}\\`],
    ['no colours that were only asked for', `${ESC}]11;?\u0007`, `${ESC}[0m`],
    ['nothing that a reset has undone', `${ESC}[?1049h${ESC}=${ESC}c`, `${ESC}[0m`],
    ['nothing for a saved cursor', `${ESC}[?1048h`, `${ESC}[0m`],
  ])('undoes %s', (_, text, expected) => expect(undone(text)).toBe(expected))

  it('ends a string that the guest left open', () => {
    expect(undone(`${ESC}]0;never ended`)).toBe(`${ESC}[0m`)
  })

  it('knows whether the terminal still owes an answer', () => {
    const modes = changedModes()
    expect(modes.unanswered()).toBe(false)
    modes.push(Buffer.from(`${ESC}[6n`))
    expect(modes.unanswered()).toBe(true)
    modes.answered()
    expect(modes.unanswered()).toBe(false)
  })

  it('leaves nothing that would be undone once more, whatever came', () => {
    fc.assert(
      fc.property(hostileBytes, (bytes) => {
        const modes = changedModes()
        modes.push(bytes)
        modes.push(Buffer.from(modes.undo()))
        expect(modes.undo()).not.toMatch(/\?\d+[hl]/)
      }),
    )
  })
})
