import { expect, it } from 'vitest'
import { withDependencies } from '../../../src/cli/select-machines.ts'

const machines = [
  { name: 'web', after: ['app'] },
  { name: 'app', after: ['db', 'cache'] },
  { name: 'db', after: [] },
  { name: 'cache', after: [] },
  { name: 'other', after: [] },
]
const names = (...asked: string[]) => withDependencies(machines, asked).map(({ name }) => name)

it('takes all when none is named', () => {
  expect(names()).toEqual(['web', 'app', 'db', 'cache', 'other'])
})

it('adds what the named ones come after, to the end of the chain, in the order of the file', () => {
  expect(names('web')).toEqual(['web', 'app', 'db', 'cache'])
  expect(names('cache', 'other')).toEqual(['cache', 'other'])
})
