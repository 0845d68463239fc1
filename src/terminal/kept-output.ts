import type { Piece } from './control-sequences.ts'
import { replayFilter } from './replay-filter.ts'

export type KeptOutput = {
  readonly push: (pieces: readonly Piece[]) => void
  /** Whole lines, as far as they are short enough. */
  readonly read: () => Buffer
}

const LF = 0x0a

/** Keeps the last `most` bytes of what a guest wrote, in the form in which they may be shown again. */
export const keptOutput = (most: number): KeptOutput => {
  const filter = replayFilter()
  let kept = Buffer.alloc(0)
  let cut = false
  return {
    push: (pieces) => {
      kept = Buffer.concat([kept, filter(pieces)])
      cut ||= kept.length > most
      kept = kept.subarray(-most)
    },
    read: () => {
      if (!cut) return kept
      const end = kept.indexOf(LF)
      // Without any line end, at least no half of a character or of a colour is at the front.
      return end === -1 ? kept.subarray(halfAtFront(kept)) : kept.subarray(end + 1)
    },
  }
}

const halfAtFront = (bytes: Buffer): number =>
  /^(?:[\x80-\xbf]+|\[?[0-9;:]*m)?/.exec(bytes.subarray(0, 64).toString('latin1'))?.[0].length ?? 0
