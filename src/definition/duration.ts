import * as z from 'zod'

const SECONDS: Record<string, number> = { ms: 0.001, s: 1, min: 60, m: 60, h: 3600 }

/** `"90s"`, `"2min"`, `"1min 30s"`, `"500ms"` → milliseconds, as systemd.time(7) writes spans. `undefined` if it is none. */
export const parseDuration = (text: string): number | undefined => {
  const parts = [...text.trim().matchAll(/(\d+(?:\.\d+)?)\s*(ms|min|m|s|h)?\s*/gy)]
  if (parts.length === 0 || parts.map((part) => part[0]).join('') !== text.trim()) return undefined
  const seconds = parts.reduce((sum, part) => sum + Number(part[1]) * (SECONDS[part[2] ?? 's'] ?? 1), 0)
  return Math.round(seconds * 1000)
}

/** The longest span a timer of Node can wait (setTimeout() takes 31 bits of milliseconds): 24.8 days. */
export const DURATION_MAX_MS = 2 ** 31 - 1

const error = 'a time span such as "90s" or "2min", or a number of seconds, up to 24 days'

const durationText = z
  .string()
  .refine((text) => (parseDuration(text) ?? Infinity) <= DURATION_MAX_MS, { error })

/** A time span: text as in systemd.time(7) (`"90s"`, `"2min 30s"`), or a number of seconds. At most 24 days. */
export const Duration = z.union(
  [
    durationText,
    z
      .number()
      .nonnegative()
      .refine((seconds) => seconds * 1000 <= DURATION_MAX_MS, { error }),
  ],
  { error },
)

/** Milliseconds of a `Duration` that passed the schema. */
export const millisecondsOfDuration = (duration: string | number): number =>
  typeof duration === 'number' ? Math.round(duration * 1000) : (parseDuration(duration) ?? 0)
