/** A version of a package, and the suite it is in. */
export type Available = { readonly version: string; readonly suite: string }

/** Reads `apt-cache madison PACKAGE`: "package | version | uri suite/component arch Packages". */
export const parseMadison = (text: string): Available[] =>
  text
    .split('\n')
    .map((line) => line.split('|').map((part) => part.trim()))
    .filter(([, , source = '']) => source.endsWith('Packages'))
    .map(([, version = '', source = '']) => ({ version, suite: source.split(' ')[1]?.split('/')[0] ?? '' }))

/**
 * The suite a package should come from: one of the host's own if its version will do, else one of the added ones, in order.
 * @returns undefined when none has it, or all have older versions.
 */
export const chooseSuite = async (
  available: readonly Available[],
  added: readonly string[],
  willDo: (version: string) => Promise<boolean>,
): Promise<string | undefined> => {
  const own = available.filter(({ suite }) => !added.includes(suite))
  const others = added.flatMap((name) => available.filter(({ suite }) => suite === name))
  for (const { version, suite } of [...own, ...others]) if (await willDo(version)) return suite
  return undefined
}
