import { styleText } from 'node:util'
import { markOwn, written } from '../errors/own-style.ts'
import { plain, type Style } from '../report/style.ts'

type Format = Parameters<typeof styleText>[0]

// Whether to colour was decided before (report/wants-color.ts); styleText must not decide again.
const paint = (format: Format) => (text: string) =>
  text === '' ? '' : markOwn(styleText(format, text, { validateStream: false }))

const coloured: Style = {
  colours: true,
  bold: paint('bold'),
  dim: paint('dim'),
  red: paint('red'),
  green: paint('green'),
  yellow: paint('yellow'),
  cyan: paint('cyan'),
}

export const styleOf = (wanted: boolean): Style => (wanted ? coloured : plain)

/** Lines at the bottom of the terminal that are redrawn in place; everything else scrolls above them. */
export type LiveArea = {
  readonly draw: (lines: readonly string[]) => void
  /** Runs `write` with the area out of the way, then puts it back. */
  readonly above: (write: () => void) => void
  /** Leaves the last lines where they are and ends the area. */
  readonly done: () => void
}

const HIDE_CURSOR = '\u001B[?25l'
const SHOW_CURSOR = '\u001B[?25h'
const ERASE_BELOW = '\u001B[J'

/**
 * Redraws by moving the cursor up over what was drawn before. Lines must be shorter than the terminal is wide
 * (report/live.ts cuts them): a wrapped line would take two rows and be counted as one.
 */
export const liveArea = (stream: NodeJS.WriteStream): LiveArea => {
  let drawn: readonly string[] = []
  let hidden = false
  const home = (): string => (drawn.length === 0 ? '' : `\r\u001B[${drawn.length}A`)
  const text = (lines: readonly string[]): string => lines.map((line) => `${written(line, true)}\n`).join('')
  const showCursor = (): void => {
    if (hidden) stream.write(SHOW_CURSOR)
    hidden = false
  }
  // However the process ends, the cursor comes back.
  process.once('exit', showCursor)
  return {
    draw: (lines) => {
      // Rows beyond the terminal's height cannot be reached again; keep the last ones.
      const shown = lines.slice(-Math.max(1, (stream.rows ?? 24) - 1))
      stream.write(`${hidden ? '' : HIDE_CURSOR}${home()}${ERASE_BELOW}${text(shown)}`)
      hidden = true
      drawn = shown
    },
    above: (write) => {
      if (drawn.length > 0) stream.write(`${home()}${ERASE_BELOW}`)
      write()
      if (drawn.length > 0) stream.write(text(drawn))
    },
    done: () => {
      drawn = []
      showCursor()
      process.removeListener('exit', showCursor)
    },
  }
}

/**
 * Passes every key on at once, Ctrl-C included; again after the process was stopped and goes on, since its shell took the terminal back meanwhile.
 * Returns what undoes it; undone at exit too, or the shell would be unusable.
 */
export const rawKeys = (stdin: NodeJS.ReadStream): (() => void) => {
  const again = (): void => {
    // Node takes the mode it set itself for the one there is.
    stdin.setRawMode(false)
    stdin.setRawMode(true)
  }
  const undo = (): void => {
    if (stdin.isRaw) stdin.setRawMode(false)
  }
  stdin.setRawMode(true)
  process.on('SIGCONT', again)
  process.once('exit', undo)
  return () => {
    undo()
    process.removeListener('SIGCONT', again)
    process.removeListener('exit', undo)
  }
}
