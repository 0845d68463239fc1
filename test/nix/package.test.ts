import { build } from 'esbuild'
import { execFileSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { bundleOptions } from '../../scripts/bundle-options.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'microvm-bundle-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The options package.nix gives to esbuild's command. */
const flags = (): string[] => {
  const text = readFileSync(join(ROOT, 'package.nix'), 'utf8')
  const list = /esbuildFlags = \[\n([\s\S]*?)\n {2}\];/.exec(text)?.[1] ?? ''
  return list.split('\n').map((line) => line.trim().slice(1, -1))
}

const bundle = (below: string): Record<string, string> =>
  Object.fromEntries(
    globSync('**/*.mjs', { cwd: below }).map((name) => [name, readFileSync(join(below, name), 'utf8')]),
  )

it('package.nix bundles what npm run build bundles, to the byte', async () => {
  const byNix = join(folder, 'nix')
  execFileSync('esbuild', [`microvm=${join(ROOT, 'src/main.ts')}`, `--outdir=${byNix}`, ...flags()], {
    cwd: ROOT,
  })
  const { outputFiles } = await build({
    ...bundleOptions,
    absWorkingDir: ROOT,
    outdir: join(folder, 'npm'),
    write: false,
  })
  const byNpm = Object.fromEntries(
    outputFiles.map(({ path, text }) => [path.slice(join(folder, 'npm').length + 1), text]),
  )
  expect(Object.keys(byNpm).length).toBeGreaterThan(5)
  expect(bundle(byNix)).toEqual(byNpm)
  expect(
    execFileSync(process.execPath, [join(byNix, 'microvm.mjs'), 'version'], { encoding: 'utf8' }).trim(),
  ).toBe((JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version)
})

it('every run-time package has what package.nix fetches it by', () => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean; version?: string; integrity?: string; resolved?: string }>
  }
  const runTime = Object.entries(packages).filter(([path, { dev }]) => path !== '' && dev !== true)
  expect(runTime.filter(([, { integrity }]) => integrity?.startsWith('sha512-') !== true)).toEqual([])
  expect(Object.values(packages).filter(({ resolved }) => resolved !== undefined)).toEqual([])
})
