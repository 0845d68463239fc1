/** A line longer than this is cut in two, so that a guest that never ends a line cannot fill our memory. */
const LONGEST = 65_536

export type LineSplitter = {
  /** The lines completed by this text. */
  readonly push: (text: string) => string[]
  /** What is left without an end. */
  readonly rest: () => string
}

/** Pieces of text in, whole lines out; `\r\n` counts as one end. */
export const splitLines = (): LineSplitter => {
  let rest = ''
  return {
    push: (text) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      while (rest.length > LONGEST) {
        lines.push(rest.slice(0, LONGEST))
        rest = rest.slice(LONGEST)
      }
      return lines.map((line) => line.replace(/\r+$/, ''))
    },
    rest: () => rest,
  }
}
