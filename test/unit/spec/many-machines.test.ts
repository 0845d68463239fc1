import { expect, test } from 'vitest'
import { complete } from './marked-text.ts'

const machine = (index: number, extra = '') => `[machines.m${index}]
vcpu = 2
image = { kernel = "/k", root = "/r" }
after = [${index === 0 ? '' : `"m${index - 1}"`}]
${extra}
[[machines.m${index}.volumes]]
image = "data.img"
size = "1G"
[[machines.m${index}.interfaces]]
type = "tap"
id = "t${index}"
`
const many = (count: number, extra = '') =>
  Array.from({ length: count }, (_, index) => machine(index, extra)).join('')

test('a thousand machines', () => {
  const result = complete(many(1000))
  expect(result.ok && result.value.length).toBe(1000)
})

test('a thousand machines, each with mistakes: every one is placed', () => {
  const result = complete(many(1000, 'mem = "1X"\nvcpus = 2'))
  const places = result.ok ? [] : result.problems.map(({ place }) => place?.line)
  expect(places).toHaveLength(2000)
  expect(new Set(places).size).toBe(2000)
})
