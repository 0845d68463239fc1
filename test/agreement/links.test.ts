import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../..')
const SKIPPED = new Set(['node_modules', 'dist', '.git', 'result'])

const markdownBelow = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : markdownBelow(path)
    return entry.name.endsWith('.md') ? [path] : []
  })

const withoutCode = (text: string): string => text.replaceAll(/^(`{3,}|~{3,})[^\n]*\n[\s\S]*?^\1\s*$/gm, '')

/** Fragments as GitHub makes them of headings, plus explicit anchors. */
const anchorsOf = (path: string): Set<string> => {
  const seen = new Map<string, number>()
  const anchors = new Set<string>()
  const text = withoutCode(readFileSync(path, 'utf8'))
  for (const [, heading = ''] of text.matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const slug = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-')
    const count = seen.get(slug) ?? 0
    seen.set(slug, count + 1)
    anchors.add(count === 0 ? slug : `${slug}-${count}`)
  }
  for (const [, id = ''] of text.matchAll(/<a (?:name|id)="([^"]+)"/g)) anchors.add(id)
  return anchors
}

const complaint = (file: string, link: string): string | undefined => {
  if (/^[a-z][a-z0-9+.-]*:/i.test(link)) return undefined
  const [path = '', fragment] = link.split('#')
  const target = path === '' ? file : resolve(dirname(file), decodeURIComponent(path))
  const at = `${relative(ROOT, file)}: ${link}`
  if (!target.startsWith(ROOT)) return `${at} leads out of the repository`
  if (!existsSync(target)) return `${at} leads nowhere`
  if (fragment === undefined || statSync(target).isDirectory() || !target.endsWith('.md')) return undefined
  return anchorsOf(target).has(fragment) ? undefined : `${at}: there is no such heading`
}

test('every link in Markdown leads to a file and a heading that are there', () => {
  const files = markdownBelow(ROOT)
  expect(files.length).toBeGreaterThan(5)
  const wrong = files.flatMap((file) =>
    [
      ...withoutCode(readFileSync(file, 'utf8'))
        .replaceAll(/`[^`\n]*`(?!\])/g, '')
        .matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g),
    ].map(([, link = '']) => complaint(file, link)),
  )
  expect(wrong.filter((line) => line !== undefined)).toEqual([])
})
