import { expect, test } from 'vitest'
import { newBudget as open, spend, TALK } from '../../../src/events/budget.ts'

const { burst: BURST, perSecond: PER_SECOND } = TALK
const newBudget = (atMs: number) => open(TALK, atMs)

/** How many of `wanted` messages at one moment are granted. */
const granted = (budget: ReturnType<typeof newBudget>, wanted: number, atMs: number) => {
  let now = budget
  let count = 0
  for (let index = 0; index < wanted; index++) {
    const spent = spend(now, atMs)
    now = spent.budget
    if (spent.granted) count += 1
  }
  return { now, count }
}

test('a burst passes, a flood does not, and patience brings some back', () => {
  const flood = granted(newBudget(0), BURST * 3, 0)
  expect(flood.count).toBe(BURST)
  const later = granted(flood.now, BURST, 10_000)
  expect(later.count).toBe(10 * PER_SECOND)
  expect(granted(later.now, BURST * 3, 1e9).count).toBe(BURST)
})

test('a status every 333 ms, as systemd sends them, passes for ever', () => {
  let budget = newBudget(0)
  for (let at = 0; at < 86_400_000; at += 333) {
    const spent = spend(budget, at)
    budget = spent.budget
    if (!spent.granted) throw new Error(`refused at ${at}`)
  }
})

test('what costs more than is left is refused whole', () => {
  const { budget, granted: first } = spend(newBudget(0), 0, BURST - 10)
  expect(first).toBe(true)
  expect(spend(budget, 0, 11).granted).toBe(false)
  expect(spend(budget, 0, 10).granted).toBe(true)
})

test('a clock that steps back gives nothing', () => {
  expect(granted(granted(newBudget(1000), BURST, 1000).now, 10, 0).count).toBe(0)
})
