import { expect, test } from 'vitest'
import { journalConsole } from '../../../src/report/journal-console.ts'

const open = () => {
  const written: string[] = []
  let time = 0
  const push = journalConsole({ write: (text) => written.push(text), now: () => time })
  return {
    push: (text: string) => push(Buffer.from(text)),
    lines: () => written.join('').split('\n').slice(0, -1),
    wait: (ms: number) => (time += ms),
  }
}

test('whole lines, each with our level and our mark, whatever the guest wrote', () => {
  const console = open()
  console.push('<0>panic!\r\nhalf')
  console.push(' a line\u001B[2J\nrest')
  expect(console.lines()).toEqual(['<6>console: <0>panic!', '<6>console: half a line'])
})

test('a flood is cut, and how much was left out is said', () => {
  const console = open()
  console.push('x\n'.repeat(10_000))
  expect(console.lines()).toHaveLength(2_000)
  console.wait(1_000)
  console.push('y\n')
  expect(console.lines().slice(2_000)).toEqual([
    '<6>console: (8000 lines left out: more than 100 a second)',
    '<6>console: y',
  ])
})
