import { build } from 'esbuild'
import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { bundleOptions } from './bundle-options.ts'

const root = resolve(import.meta.dirname, '..')
const dist = join(root, 'dist')

const { outputFiles } = await build({ ...bundleOptions, absWorkingDir: root, write: false })

/** Chunks of older builds are kept this long: supervisors that run from one load theirs when they need them. */
const KEEP_MS = 7 * 24 * 3_600_000

// Chunks first, then the entry, each whole: at no moment is there a program that misses something.
for (const { path, contents } of outputFiles.toSorted((a, b) => b.path.length - a.path.length)) {
  mkdirSync(dirname(path), { recursive: true })
  const temporary = `${path}.${process.pid}.new`
  writeFileSync(temporary, contents)
  chmodSync(temporary, path === join(dist, 'microvm.mjs') ? 0o755 : 0o644)
  renameSync(temporary, path)
}
for (const name of readdirSync(join(dist, 'chunks'))) {
  const path = join(dist, 'chunks', name)
  if (Date.now() - statSync(path).mtimeMs > KEEP_MS) rmSync(path, { force: true })
}
