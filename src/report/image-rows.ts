import type { Style } from './style.ts'
import { table } from './table.ts'

/** Of an image in the cache (images/cache.ts), what is printed. */
type ImageRow = {
  readonly key: string
  /** Undefined: its manifest cannot be read. */
  readonly suite: string | undefined
  readonly systemd: number | undefined
  readonly bytes: number
  readonly built: Date | undefined
  readonly inUse: boolean
}

/** What `microvm image ls` prints: one row per image. */
export const imageRows = (images: readonly ImageRow[], style: Style): string[] =>
  table([
    ['KEY', 'SUITE', 'SYSTEMD', 'SIZE', 'BUILT', 'REMARK'].map(style.dim),
    ...images.map(({ key, suite, systemd, bytes, built, inUse }) => [
      style.bold(key),
      suite ?? '-',
      systemd === undefined ? '-' : String(systemd),
      `${Math.round(bytes / 2 ** 20)} MiB`,
      built?.toISOString().slice(0, 10) ?? '-',
      suite === undefined ? style.red('broken') : inUse ? style.green('in use') : '',
    ]),
  ])
