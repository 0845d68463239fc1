import type { Piece } from './control-sequences.ts'

const ENQ = 0x05

/** Reports of window operations (xterm's `CSI Ps t`). */
const WINDOW_REPORTS = ['11', '13', '14', '15', '16', '18', '19', '20', '21']

/** Whether a terminal answers this piece, by typing something: DSR, DA, DECRQM, colours, the clipboard, the size of the window … */
export const isQuery = (piece: Piece): boolean => {
  switch (piece.kind) {
    case 'control':
      return piece.code === ENQ
    case 'escape':
      // DECID
      return piece.body === '' && piece.final === 'Z'
    case 'csi':
      return isControlQuery(piece.body, piece.final)
    case 'string':
      return isStringQuery(piece.opener, piece.data)
    default:
      return false
  }
}

const isControlQuery = (body: string, final: string): boolean => {
  const mark = /^[<-?]/.exec(body)?.[0] ?? ''
  const parameters = /^[<-?]?([0-9:;]*)/.exec(body)?.[1] ?? ''
  const between = /[ -/]+$/.exec(body)?.[0] ?? ''
  switch (between + final) {
    // DSR. `CSI > Ps n` turns a mode of the keyboard off.
    case 'n':
      return mark !== '>'
    // DA1, DA2, DA3. `CSI ? Ps c` is the shape of Linux's cursor.
    case 'c':
      return mark !== '?'
    // XTVERSION
    case 'q':
      return mark === '>'
    // The flags of kitty's keyboard protocol
    case 'u':
      return mark === '?'
    // XTQMODKEYS
    case 'm':
      return mark === '?'
    // XTSMGRAPHICS
    case 'S':
      return mark === '?'
    case 't':
      return mark === '' && WINDOW_REPORTS.includes(parameters.split(';')[0] ?? '')
    // DECREQTPARM, DECRQM, DECRQTSR, DECRQUPSS, DECRQPSR, DECRQCRA, DECRQLP, XTREPORTSGR
    case 'x':
    case '$p':
    case '$u':
    case '&u':
    case '$w':
    case '*y':
    case "'|":
    case '#|':
      return true
    default:
      return false
  }
}

const isStringQuery = (opener: string, data: string): boolean => {
  // DECRQSS, XTGETTCAP, XTGETXRES
  if (opener === 'P') return /^[0-9;]*[$+][qQ]/.test(data)
  // Kitty's graphics answer unless they are told not to (q=2).
  if (opener === '_') return data.startsWith('G') && !/[G,]q=2/.test(data)
  // OSC 4, 10 to 19, 52 …: a question mark where the value would stand. ReportCellSize and ReportVariable are iTerm's.
  return opener === ']' && (/(?:^|[;:=])\?(?:$|[;:])/.test(data) || data.startsWith('1337;Report'))
}
