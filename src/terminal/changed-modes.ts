import { type Piece, sequenceParser } from './control-sequences.ts'
import { isQuery } from './is-query.ts'

export type ChangedModes = {
  /** Hears what is written to the terminal. */
  readonly push: (bytes: Uint8Array) => void
  /** The text that puts the terminal back as it was, as far as it was changed. */
  readonly undo: () => string
  /** Something came from the terminal, which may be its answer. */
  readonly answered: () => void
  /** Whether the terminal was asked something, and nothing came from it since. */
  readonly unanswered: () => boolean
}

/** Modes that are on in a terminal at rest: no local echo; lines wrap, keys repeat, the cursor is seen. `?` marks private modes. */
const ON_AT_REST = ['12', '?7', '?8', '?25']

/** Saves and restores the cursor, and is no mode. */
const SAVED_CURSOR = '?1048'

/** The alternate screens; leaving one that was not entered would move the cursor. */
const SCREENS = ['?1049', '?1047', '?47']

const SO = 0x0e

/** Ends a string or sequence that the guest left open, whatever the terminal makes of the rest. */
const BREAK_OFF = '\u0018\u001B\\'

/**
 * Follows which modes of a terminal a guest changes, so that leaving the guest's console undoes these and no others: a terminal is
 * never sent what it may not know, nor anything that moves a cursor nobody had moved.
 */
export const changedModes = (): ChangedModes => {
  const parser = sequenceParser()
  /** Mode (`?` before private ones) → on. */
  let modes = new Map<string, boolean>()
  /** Everything else → the text that undoes it. */
  let others = new Map<string, string>()
  /** What was pushed on the stack of kitty's keyboard protocol; each screen has its own. */
  let pushed = { main: 0, alternate: 0 }
  let asked = false

  const screen = () => (SCREENS.some((mode) => modes.get(mode) === true) ? 'alternate' : 'main')
  const popAll = (which: 'main' | 'alternate'): string =>
    pushed[which] > 0 ? `\u001B[<${pushed[which]}u` : ''

  const setModes = (body: string, on: boolean): void => {
    const mark = body.startsWith('?') ? '?' : ''
    for (const number of body.slice(mark.length).split(';'))
      if (number !== '' && mark + number !== SAVED_CURSOR) modes.set(mark + number, on)
  }

  const csi = (body: string, final: string): void => {
    if (/^\??[0-9;]+$/.test(body) && (final === 'h' || final === 'l')) setModes(body, final === 'h')
    // Margins: taking them back moves the cursor, which therefore is saved.
    else if (/^[0-9;]*$/.test(body) && final === 'r') others.set('margins', '\u001B7\u001B[r\u001B8')
    else if (body.endsWith(' ') && final === 'q') others.set('cursor', '\u001B[0 q')
    else if (body.startsWith('?') && final === 'c') others.set('linux cursor', '\u001B[?0c')
    else if (/^>4(;|$)/.test(body) && final === 'm') others.set('keys', '\u001B[>4m')
    else if (/^>[0-9;]*$/.test(body) && final === 'u') pushed[screen()] += 1
    else if (/^<[0-9]*$/.test(body) && final === 'u')
      pushed[screen()] = Math.max(0, pushed[screen()] - Number(body.slice(1) || '1'))
    else if (body.startsWith('=') && final === 'u') others.set('kitty', '\u001B[=0u')
  }

  const escape = (body: string, final: string): void => {
    if (body === '' && final === '=') others.set('keypad', '\u001B>')
    else if (body === '' && final === '>') others.delete('keypad')
    else if (body === '' && 'no|}~'.includes(final)) others.set('shift', '\u000F')
    else if (body === '(' || body === ')' || body === '*' || body === '+') others.set(body, `\u001B${body}B`)
    else if (body === '%' && final !== 'G') others.set('%', '\u001B%G')
    else if (body === '' && final === 'c') {
      modes = new Map()
      others = new Map()
      pushed = { main: 0, alternate: 0 }
    }
  }

  const string = (opener: string, data: string): void => {
    const number = opener === ']' ? /^(4|1[0-9]);/.exec(data)?.[1] : undefined
    if (number !== undefined && !data.includes('?'))
      others.set(`colour ${number}`, `\u001B]${100 + Number(number)}\u001B\\`)
  }

  const hear = (piece: Piece): void => {
    if (isQuery(piece)) asked = true
    if (piece.kind === 'csi') csi(piece.body, piece.final)
    else if (piece.kind === 'escape') escape(piece.body, piece.final)
    else if (piece.kind === 'string') string(piece.opener, piece.data)
    else if (piece.kind === 'control' && piece.code === SO) others.set('shift', '\u000F')
  }

  return {
    push: (bytes) => {
      for (const piece of parser.push(bytes)) hear(piece)
    },
    answered: () => {
      asked = false
    },
    unanswered: () => asked,
    undo: () => {
      const changed = [...modes].filter(([mode, on]) => on !== ON_AT_REST.includes(mode))
      // The screen first: what is kept per screen is then that of the main one.
      changed.sort(([a], [b]) => Number(SCREENS.includes(b)) - Number(SCREENS.includes(a)))
      const back = changed.map(([mode, on]) => `\u001B[${mode}${on ? 'l' : 'h'}`)
      const alternate = screen() === 'alternate' ? popAll('alternate') : ''
      // Colours come before what saves and restores the cursor, because they are saved with it.
      return [BREAK_OFF, alternate, ...back, '\u001B[0m', ...others.values(), popAll('main')].join('')
    },
  }
}
