import type { Piece } from './control-sequences.ts'

const BS = 0x08
const TAB = 0x09
const LF = 0x0a
const VT = 0x0b
const FF = 0x0c
const CR = 0x0d

/** Moves of the cursor to another line, and what erases: there is no such place in a replay, so that the next text gets a line of its own. */
const MOVES = 'ABEFHJLMSTdfr'

/**
 * What a guest wrote, as a terminal may be shown it later: characters, line ends, tabs, and colours (SGR). Everything that a terminal answers, that
 * changes its modes, or that means a place on a screen of long ago is taken out.
 */
export const replayFilter = (): ((pieces: readonly Piece[]) => Buffer) => {
  /** Something stands in the line that has been begun. */
  let inLine = false
  let afterReturn = false

  const newLine = (): string => {
    const text = inLine ? '\r\n' : ''
    inLine = false
    return text
  }
  const control = (code: number): string => {
    if (code === CR || code === BS || code === TAB) return String.fromCharCode(code)
    if (code !== LF && code !== VT && code !== FF) return ''
    inLine = false
    return '\n'
  }
  const shown = (piece: Piece): string => {
    switch (piece.kind) {
      case 'text':
        inLine = true
        return piece.raw
      case 'control':
        return control(piece.code)
      case 'escape':
        // NEL, IND and RIS
        return piece.body === '' && 'EDc'.includes(piece.final) ? newLine() : ''
      case 'csi':
        if (piece.final === 'm' && /^[0-9;:]*$/.test(piece.body)) return `\u001B[${piece.body}m`
        if (!/^[0-9;]*$/.test(piece.body)) return ''
        // A line that is written again from its start, as systemd's waiting jobs are.
        if (piece.final === 'K' && afterReturn) return newLine()
        return MOVES.includes(piece.final) ? newLine() : ''
      default:
        return ''
    }
  }
  return (pieces) => {
    let text = ''
    for (const piece of pieces) {
      text += shown(piece)
      afterReturn = piece.kind === 'control' && piece.code === CR
    }
    return Buffer.from(text, 'latin1')
  }
}
