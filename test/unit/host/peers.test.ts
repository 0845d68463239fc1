import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { connectQmp } from '../../../src/host/qmp.ts'
import { callVarlink } from '../../../src/host/varlink.ts'
import { control } from '../../../src/hypervisors/cloud-hypervisor/control.ts'
import { decodeEvent as decodeRecord } from '../../../src/hypervisors/cloud-hypervisor/decode-event.ts'
import { decodeEvent } from '../../../src/hypervisors/qemu/decode-event.ts'

/** Values with the names that peers use, so that they are not passed over at the first look. */
const named = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.jsonValue(),
    fc.dictionary(
      fc.constantFrom(
        'QMP',
        'event',
        'error',
        'return',
        'desc',
        'data',
        'guest',
        'config',
        'console',
        'file',
        'parameters',
        'source',
        'properties',
        'timestamp',
      ),
      tie('value'),
    ),
  ),
})).value

const listen = async (serve: Parameters<typeof createServer>[1]): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'mvq-'))
  const path = join(folder, 's')
  const server: Server = createServer(serve as never)
  await new Promise<void>((done) => server.listen(path, done))
  onTestFinished(() => {
    server.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return path
}

test('QEMU may say any JSON on its monitor: what is no answer is passed over', async () => {
  let noise = ''
  const path = await listen((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', () => socket.write(`${noise}\n{"return": {"right": true}}\n`))
  })
  // A value of its own that is an answer would count as one.
  const chatter = named.filter(
    (value) =>
      typeof value !== 'object' ||
      value === null ||
      Array.isArray(value) ||
      !('return' in value || 'error' in value),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(chatter, { maxLength: 5 }), async (values) => {
      noise = ['null', '[]', '5', '{', ...values.map((value) => JSON.stringify(value))].join('\n')
      const qmp = await connectQmp(path, (event) => void decodeEvent(event))
      expect(await qmp.execute({ execute: 'query-status' })).toEqual({ right: true })
      qmp.close()
    }),
    { numRuns: 50 },
  )
})

test('QEMU may refuse in any form', async () => {
  let error: unknown
  const path = await listen((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (command) =>
      socket.write(
        String(command).includes('capabilities') ? '{"return": {}}\n' : `${JSON.stringify({ error })}\n`,
      ),
    )
  })
  await fc.assert(
    fc.asyncProperty(named, async (value) => {
      error = value
      const qmp = await connectQmp(path, () => undefined)
      await expect(qmp.execute({ execute: 'quit' })).rejects.toBeInstanceOf(Error)
      qmp.close()
    }),
    { numRuns: 50 },
  )
})

test('a Varlink service may answer any JSON', async () => {
  let reply: unknown
  const path = await listen((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', () => socket.end(`${JSON.stringify(reply)}\0`))
  })
  await fc.assert(
    fc.asyncProperty(named, async (value) => {
      reply = value
      const answer = await callVarlink(path, 'a.B', {}).catch((error: Error) => error)
      if (answer instanceof Error) expect(answer.message).toContain('no object')
      else expect(['string', 'undefined']).toContain(typeof answer.error)
    }),
    { numRuns: 50 },
  )
})

test('what hypervisors report may be any JSON', () => {
  fc.assert(
    fc.property(named, named, (answer, body) => {
      expect(() => decodeRecord(answer)).not.toThrow()
      expect(() => decodeEvent(answer)).not.toThrow()
      expect(['string', 'undefined']).toContain(typeof control.consolePty?.path(answer))
      expect(Array.isArray(control.verify?.dropped(answer, body))).toBe(true)
      expect(() => control.explain(JSON.stringify(answer))).not.toThrow()
    }),
  )
})
