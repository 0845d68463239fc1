export type Survival = { readonly begin: () => void; readonly end: () => void }

/**
 * From `begin` to `end`, an error that nobody caught does not end this process: a machine depends on it, and would lose its power. It is
 * said instead, and the machine goes on. Its start and its stop are bounded by timers that such an error does not reach.
 */
export const surviveDefects = (tell: (message: string) => void): Survival => {
  const onError = (error: unknown): void => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    tell(`microvm has a defect, and goes on: ${text}`)
  }
  return {
    begin: () => {
      process.off('uncaughtException', onError)
      process.on('uncaughtException', onError)
    },
    end: () => void process.off('uncaughtException', onError),
  }
}
