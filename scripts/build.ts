import { build } from 'esbuild'
import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const dist = join(root, 'dist')

/** The program as a few files: what light verbs (`version`, `ps`) do not need is in chunks they never load. */
const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: { microvm: 'src/main.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  loader: { '.sh': 'text' },
  // CommonJS parts of the dependencies call require, which ES modules do not have. Made only when called: light verbs never do.
  banner: {
    js: "const require = (id) => process.getBuiltinModule('node:module').createRequire(import.meta.url)(id);",
  },
  logLevel: 'warning',
  write: false,
})

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
