#!/usr/bin/env node
/**
 * The real bridge in a process of its own: prints `listening`, then a line per message. With `exhaust` it takes every descriptor there is
 * first, and gives them back when told `release`. Ends when its input does.
 */
import { closeSync, openSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { openBridge } from '../../src/notify/bridge.ts'

const [socketPath = '', mode = ''] = process.argv.slice(2)
const say = (line: string): void => void process.stdout.write(`${line}\n`)

const bridge = await openBridge({
  socketPath,
  answer: 'on-data',
  onMessage: (bytes) => say(`message ${Buffer.from(bytes).toString()}`),
  onIgnored: (why) => say(`ignored ${why}`),
  onTrouble: (why) => say(`trouble ${why}`),
})
const taken: number[] = []
const input = createInterface({ input: process.stdin })
input.on('line', () => {
  for (const fd of taken.splice(0)) closeSync(fd)
  say('released')
})
input.on('close', () => void bridge.close())
say('listening')
if (mode === 'exhaust') {
  try {
    for (;;) taken.push(openSync('/dev/null', 'r'))
  } catch {
    say('exhausted')
  }
}
