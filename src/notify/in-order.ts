/** One message that is being received. */
export type Slot = {
  /** The message is complete, or given up (`undefined`). Only the first call counts. */
  readonly settle: (message: Uint8Array | undefined) => void
}

/**
 * Hands messages on in the order in which their first bytes came, although the end of each is noticed at its own time:
 * a guest that got its answer sends the next message at once.
 */
export const inOrder = (deliver: (message: Uint8Array) => void): { readonly open: () => Slot } => {
  const waiting: { done: boolean; message: Uint8Array | undefined }[] = []
  const drain = (): void => {
    while (waiting[0]?.done === true) {
      const { message } = waiting.shift() as (typeof waiting)[number]
      if (message !== undefined) deliver(message)
    }
  }
  return {
    open: () => {
      const entry = { done: false, message: undefined as Uint8Array | undefined }
      waiting.push(entry)
      return {
        settle: (message) => {
          if (entry.done) return
          entry.done = true
          entry.message = message
          drain()
        },
      }
    },
  }
}
