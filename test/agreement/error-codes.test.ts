import { globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CATALOGUE } from '../../src/errors/catalogue.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(resolve(ROOT, path), 'utf8')

const codes = Object.keys(CATALOGUE)
const page = read('docs/errors.md')
const sources = globSync('src/**/*.ts', { cwd: ROOT })
  .filter((path) => path !== 'src/errors/catalogue.ts')
  .map(read)
  .join('\n')

describe('docs/errors.md and the catalogue', () => {
  const sections = [...page.matchAll(/^### ([A-Z_]+)\n\n([^#]*)/gm)].map(([, code = '', text = '']) => ({
    code,
    text,
  }))

  test('have the same codes, in the same order', () => {
    expect(sections.map(({ code }) => code)).toEqual(codes)
  })

  test.each(sections)('$code: meaning, status, cause and advice', ({ code, text }) => {
    const { meaning, exit } = CATALOGUE[code as keyof typeof CATALOGUE]
    expect(text).toContain(`${meaning} Exit status ${exit};`)
    expect(text).toMatch(/^- Typical cause: .{10,}$/m)
    expect(text).toMatch(/^- What to do: .{10,}$/m)
  })

  test('have the same exit statuses', () => {
    const told = new Set(
      [...page.matchAll(/^\| ([\d, ]+) \|/gm)].flatMap(([, list = '']) => list.split(', ').map(Number)),
    )
    for (const { exit } of Object.values(CATALOGUE)) expect(told).toContain(exit)
  })
})

describe('the catalogue and the sources', () => {
  test.each(codes)('%s can happen', (code) => {
    expect(sources).toContain(`'${code}'`)
  })

  test('pages name no code that does not exist', () => {
    const pages = [
      'README.md',
      ...globSync('docs/*.md', { cwd: ROOT }),
      ...globSync('examples/*/README.md', { cwd: ROOT }),
    ]
    const named = pages
      .map(read)
      .flatMap((text) => [...text.matchAll(/\berror ([A-Z]+(?:_[A-Z]+)+)\b/g)].map(([, code]) => code ?? ''))
    expect(named.filter((code) => !codes.includes(code))).toEqual([])
  })
})
