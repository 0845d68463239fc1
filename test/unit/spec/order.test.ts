import fc from 'fast-check'
import { expect, test } from 'vitest'
import { circlesOf, startOrder } from '../../../src/spec/order.ts'

const machine = (name: string, ...after: string[]) => ({ name, after })

test('waves', () => {
  expect(
    startOrder([machine('web', 'db', 'cache'), machine('db'), machine('cache', 'db'), machine('log')]),
  ).toEqual([['db', 'log'], ['cache'], ['web']])
})

test('machines that are not started now count as ready', () => {
  expect(startOrder([machine('web', 'db')])).toEqual([['web']])
})

test('a long chain', () => {
  const chain = Array.from({ length: 5000 }, (_, index) =>
    machine(`m${index}`, ...(index === 0 ? [] : [`m${index - 1}`])),
  )
  expect(startOrder(chain)).toHaveLength(5000)
  expect(circlesOf([...chain.slice(1), machine('m0', 'm4999')])).toEqual([
    expect.objectContaining({ length: 5000 }),
  ])
})

const graph = fc
  .integer({ min: 1, max: 12 })
  .chain((size) =>
    fc.array(fc.uniqueArray(fc.integer({ min: 0, max: size - 1 })), { minLength: size, maxLength: size }),
  )
  .map((edges) => edges.map((after, index) => machine(`m${index}`, ...after.map((other) => `m${other}`))))

test('every machine comes once; after what it waits for, unless there are circles, which are real ones', () => {
  fc.assert(
    fc.property(graph, (machines) => {
      const waves = startOrder(machines)
      expect(waves.flat().toSorted()).toEqual(machines.map(({ name }) => name).toSorted())
      const circles = circlesOf(machines)
      const waveOf = (name: string) => waves.findIndex((wave) => wave.includes(name))
      const inOrder = machines.every(({ name, after }) =>
        after.every((other) => waveOf(other) < waveOf(name)),
      )
      expect(circles.length === 0).toBe(inOrder)
      for (const circle of circles)
        circle.forEach((name, index) => {
          const next = circle[(index + 1) % circle.length]
          expect(machines.find((one) => one.name === name)?.after).toContain(next)
        })
    }),
  )
})
