import * as z from 'zod'

const MULTIPLIER: Record<string, number> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 }

/** `"512M"`, `"1.5G"`, `"4096"` → bytes; binary units, an optional `B` or `iB` behind. `undefined` if it is no size. */
export const parseSize = (text: string): number | undefined => {
  const match = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?$/i.exec(text.trim())
  if (match === null) return undefined
  const bytes = Number(match[1]) * (MULTIPLIER[(match[2] ?? '').toUpperCase()] ?? 1)
  return Number.isSafeInteger(bytes) ? bytes : undefined
}

const error = 'a size such as "512M" or "2G", or a whole number of MiB'

const sizeText = z.string().refine((text) => (parseSize(text) ?? 0) > 0, { error })

/** A size: text with a unit (`"512M"`, binary units), or a whole number of MiB, as in microvm.nix. Always more than 0. */
export const Size = z.union([sizeText, z.int().positive()], { error })

/** Bytes of a `Size` that passed the schema. */
export const bytesOfSize = (size: string | number): number =>
  typeof size === 'number' ? size * 2 ** 20 : (parseSize(size) ?? 0)
