/** One figure: a value beside what it is compared with, both measured in turns within one run. */
export type Figure = {
  readonly what: string
  /** With its unit, e.g. `15.2 s`. */
  readonly value: string
  /** What it is compared with, and its value. */
  readonly versus: string
  /** value ÷ versus; undefined for figures that are only shown. */
  readonly ratio: number | undefined
  /** The most the ratio may be; undefined for figures without a target. */
  readonly target: number | undefined
  /** Absolute targets, in words, and whether they are met; beside the ratio or instead of it. */
  readonly also?: { readonly text: string; readonly met: boolean }
}

export type Bench = {
  readonly name: string
  /** One line for the list. */
  readonly about: string
  /** Starts real guests, so it waits for others on this machine that do. */
  readonly heavy: boolean
  readonly run: (say: (line: string) => void) => Promise<readonly Figure[]>
}

export const isMet = ({ ratio, target, also }: Figure): boolean =>
  (target === undefined || (ratio !== undefined && ratio <= target)) && also?.met !== false

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/**
 * Takes turns: every contender once per round, so that whatever else the machine does meets them all alike. The order turns round by round.
 * @returns each contender's samples.
 */
export const interleave = async <Name extends string>(
  rounds: number,
  contenders: Readonly<Record<Name, () => number | Promise<number>>>,
  warmUps = 1,
): Promise<Readonly<Record<Name, readonly number[]>>> => {
  const names = Object.keys(contenders) as Name[]
  const samples = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>
  for (let round = -warmUps; round < rounds; round++) {
    const order = round % 2 === 0 ? names : names.toReversed()
    for (const name of order) {
      const sample = await contenders[name]()
      if (round >= 0) samples[name].push(sample)
    }
  }
  return samples
}

/** @returns the figure of two contenders' samples; `show` turns a median into text. */
export const compare = (
  what: string,
  ours: readonly number[],
  theirName: string,
  theirs: readonly number[],
  show: (value: number) => string,
  target: number | undefined,
): Figure => ({
  what,
  value: show(median(ours)),
  versus: `${theirName}: ${show(median(theirs))}`,
  ratio: median(ours) / median(theirs),
  target,
})
