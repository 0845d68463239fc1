/** Longest sentence of ours that is printed whole, in characters: a longer one quotes something nobody reads. */
const LONGEST = 1_000
const HEAD = 600
const TAIL = 200

/** A sentence without the middle of what it quotes, where that is very long. */
export const shortened = (text: string): string =>
  text.length <= LONGEST
    ? text
    : `${text.slice(0, HEAD)} … (${text.length - HEAD - TAIL} characters left out) … ${text.slice(-TAIL)}`
