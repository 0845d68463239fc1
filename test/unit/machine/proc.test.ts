import { spawn } from 'node:child_process'
import { expect, test } from 'vitest'
import { identify, isAlive, signal } from '../../../src/host/proc.ts'

test('a process is itself only with its start time and the boot of its host', () => {
  const us = identify(process.pid)
  expect(us).toBeDefined()
  if (us === undefined) return
  expect(isAlive(us)).toBe(true)
  const [ticks = '', boot = ''] = us.startTime.split('@')
  for (const startTime of ['', '1', ticks, `1@${boot}`, `${ticks}@00000000`]) {
    expect(isAlive({ pid: process.pid, startTime }), startTime).toBe(false)
    expect(signal({ pid: process.pid, startTime }, 'SIGKILL')).toBe(false)
  }
})

test('a process that has ended is not alive, reaped or not', async () => {
  const child = spawn('sleep', ['60'])
  const id = identify(child.pid ?? 0)
  expect(id).toBeDefined()
  if (id === undefined) return
  const ended = new Promise((done) => child.once('exit', done))
  expect(signal(id, 'SIGKILL')).toBe(true)
  await ended
  expect(isAlive(id)).toBe(false)
  expect(signal(id, 'SIGKILL')).toBe(false)
})
