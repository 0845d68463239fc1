import type { BuildOptions } from 'esbuild'

/**
 * The program as a few files: what light verbs (`version`, `ps`) do not need is in chunks they never load.
 * package.nix gives the same to esbuild's own command (test/nix/package.test.ts).
 */
export const bundleOptions = {
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
} satisfies BuildOptions
