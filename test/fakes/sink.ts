#!/usr/bin/env node
/** The real sink in a process of its own: says what a machine's start and stop would, then shows what a child of it inherits. */
import { execFileSync } from 'node:child_process'
import { openSink } from '../../src/notify/sink.ts'

const sink = openSink({
  env: process.env,
  pid: process.pid,
  onTrouble: (why) => process.stdout.write(`trouble ${why}\n`),
})
process.stdout.write(`kind ${sink.kind}\n`)
sink.status('guest: booting')
sink.extendTimeout(90_000)
for (let index = 0; index < 100; index++) sink.status(`guest: ${index}`)
await sink.flush()
sink.ready('guest: ready')
sink.status('guest: \u001B[31mred\nMAINPID=1')
await sink.flush()
sink.stopping('stopping')
await sink.flush()
// Descriptors 0 to 2 are this program's own way to read the answer.
const script = '/bin/ls -l /proc/self/fd; /usr/bin/env'
const seen = execFileSync('/bin/sh', ['-c', script], {
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'ignore'],
})
const inherited = / (?:[3-9]|\d\d+) -> socket:|LISTEN_|NOTIFY_SOCKET/.test(seen)
process.stdout.write(`child ${inherited ? 'inherited' : 'clean'}\n`)
