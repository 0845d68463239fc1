import { expect, it } from 'vitest'
import { manPage } from '../../../src/cli/man-page.ts'
import { VERBS } from '../../../src/cli/verbs.ts'

const page = manPage(VERBS, '1.2.3')

it('has a part for each verb', () => {
  const parts = page.split('\n').filter((line) => line.startsWith('.SS '))
  expect(parts).toHaveLength(VERBS.length)
})

it('lets no text be taken for a request', () => {
  const requests = page.split('\n').filter((line) => /^[.']/.test(line))
  expect(requests.filter((line) => !/^\.(TH|SH|SS|TP|PP|B|nf|fi)\b/.test(line))).toEqual([])
})
