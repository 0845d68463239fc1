import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve, dirname } from 'node:path'
import { expect, test } from 'vitest'

const SRC = resolve(import.meta.dirname, '../../src')

type Rule = { kind: string; allowed: string[] }

const rules = new Map<string, Rule>()
for (const line of readFileSync(join(SRC, 'README.md'), 'utf8').split('\n')) {
  const match = /^\| ([a-z-]+) \| (pure|effect|edge) \| .* \|\s*([^|]*?)\s*\|$/.exec(line)
  if (match === null) continue
  rules.set(match[1] ?? '', {
    kind: match[2] ?? '',
    allowed: (match[3] ?? '').split(',').map((name) => name.trim()),
  })
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
const importsOf = (text: string): string[] =>
  [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)\b[^'"\n]*?(?:\n[^'"]*?)?from\s+'([^']+)'|import\('([^']+)'\)/g,
    ),
  ].map((match) => match[1] ?? match[2] ?? '')

const withoutComments = (text: string): string =>
  text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '')

/** Files at the top of src are the pipeline and the entry: they see everything. */
const folderOf = (file: string): string | undefined => (file.includes('/') ? file.split('/')[0] : undefined)

const complaint = (file: string, target: string): string | undefined => {
  const folder = folderOf(file)
  if (folder === undefined) return undefined
  const rule = rules.get(folder)
  if (rule === undefined) return `src/${folder}/ has no row in the table of src/README.md`
  if (rule.allowed.includes('*')) return undefined
  if (target.startsWith('node:'))
    return rule.kind === 'pure' && target !== 'node:path'
      ? `${file}: src/${folder}/ is pure and may not import ${target}`
      : undefined
  if (!target.startsWith('.')) {
    const name = target.startsWith('@')
      ? target.split('/').slice(0, 2).join('/')
      : (target.split('/')[0] ?? '')
    return rule.allowed.includes(`npm:${name}`)
      ? undefined
      : `${file}: src/${folder}/ may not import the package ${name}`
  }
  const path = relative(SRC, resolve(SRC, dirname(file), target))
  if (path === 'version.ts') return undefined
  const other = folderOf(path)
  return other === folder || (other !== undefined && rule.allowed.includes(other))
    ? undefined
    : `${file}: src/${folder}/ may not import src/${other ?? ''}`
}

test('every import in src keeps to the table in src/README.md', () => {
  const found = files.flatMap((file) =>
    importsOf(readFileSync(join(SRC, file), 'utf8')).map((target) => complaint(file, target)),
  )
  expect(found.filter((line) => line !== undefined)).toEqual([])
})

test('pure folders use no clock, no randomness and no process', () => {
  const pure = files.filter((file) => rules.get(folderOf(file) ?? '')?.kind === 'pure')
  const used = pure.filter((file) =>
    /\b(Date\.now|new Date\(\)|Math\.random|performance\.now|process\.(?!stdout))/.test(
      withoutComments(readFileSync(join(SRC, file), 'utf8')),
    ),
  )
  expect(used).toEqual([])
})

test('hypervisors do not import each other, and only the registry names them', () => {
  const backends = readdirSync(join(SRC, 'hypervisors'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
  expect(backends.length).toBeGreaterThan(1)
  const wrong = files.flatMap((file) =>
    importsOf(readFileSync(join(SRC, file), 'utf8'))
      .map((target) => (target.startsWith('.') ? relative(SRC, resolve(SRC, dirname(file), target)) : target))
      .filter((target) =>
        backends.some(
          (name) => target.startsWith(`hypervisors/${name}/`) && !file.startsWith(`hypervisors/${name}/`),
        ),
      )
      .filter(() => file !== 'hypervisors/registry.ts')
      .map((target) => `${file} → ${target}`),
  )
  expect(wrong).toEqual([])
})

test('only host and the tools it gives start processes', () => {
  const spawning = files.filter((file) =>
    /from '(node:child_process|execa)'/.test(readFileSync(join(SRC, file), 'utf8')),
  )
  expect(spawning.filter((file) => !file.startsWith('host/'))).toEqual([])
})
