import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { imagePlaces } from '../../src/images/image-places.ts'
import { placesOf, vsockPort } from '../../src/plan/places.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const text = (path: string): string => readFileSync(resolve(ROOT, path), 'utf8')
const page = text('docs/state.md')

/** First cells of the table below a heading. */
const named = (heading: string): string[] => {
  const [, after = ''] = page.split(new RegExp(`^#+ ${heading}$`, 'm'))
  const [section = ''] = after.split(/^#/m)
  return [...section.matchAll(/^\| `([^`]+)` \|/gm)].map((match) => match[1] ?? '').sort()
}

test('docs/state.md names every file of a machine, and no other', () => {
  const directories = { runtime: '/run-directory', state: '/state-directory', cache: '/cache' }
  const { run, state, helper, ...files } = placesOf(directories, 'web')
  const places = placesOf(directories, 'web')
  const paths = [...Object.values(files), helper('HELPER'), `${vsockPort(places, 0).replace(/0$/, 'PORT')}`]
  const expected = paths.map((path) => path.replace(run, 'RUN').replace(state, 'STATE'))
  expect(named('Files of a machine')).toEqual(expected.sort())
})

test('docs/state.md names every file of an image, and no other', () => {
  const { images, image, ...files } = imagePlaces('CACHE', 'KEY')
  expect(image.startsWith(images)).toBe(true)
  expect(named('Images')).toEqual(Object.values(files).sort())
})

test('docs/state.md names every field of a record, and no other', () => {
  const [, body = ''] = /export type Record = \{\n([\s\S]*?)\n\}/.exec(text('src/state/record.ts')) ?? []
  const fields = [...body.matchAll(/^ {2}readonly (\w+):/gm)].map((match) => match[1] ?? '')
  expect(fields.length).toBeGreaterThan(10)
  expect(named('The record')).toEqual(fields.sort())
})

test('docs/state.md names every state and every kind of event, and no other', () => {
  const source = text('src/events/event.ts')
  const [, states = ''] = /export type State =\n([\s\S]*?)\n\n/.exec(source) ?? []
  expect(named('States')).toEqual([...states.matchAll(/'([a-z-]+)'/g)].map((match) => match[1] ?? '').sort())
  const [, events = ''] = /export type MachineEvent =\n([\s\S]*?)\n\n\/\*\*/.exec(source) ?? []
  const kinds = [...events.matchAll(/readonly kind: '([a-z-]+)'/g)].map((match) => match[1] ?? '')
  expect(kinds.length).toBeGreaterThan(15)
  expect(named('Events')).toEqual(kinds.sort())
})
