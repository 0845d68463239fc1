import fc from 'fast-check'
import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { onRecords } from '../../../src/machine/split-records.ts'

const record = (event: string, properties: unknown = null): string =>
  `${JSON.stringify({ timestamp: { secs: 1, nanos: 5 }, source: 'vm', event, properties }, undefined, 2)}\n\n`

const heard = async (chunks: readonly (string | Buffer)[]): Promise<unknown[]> => {
  const stream = new PassThrough()
  const records: unknown[] = []
  onRecords(stream, (value) => records.push(value))
  for (const chunk of chunks) stream.write(chunk)
  stream.end()
  await new Promise((done) => stream.once('end', done))
  return records.map((value) => (value as { event?: string }).event)
}

test('records come whole however the bytes are cut', async () => {
  const text = Buffer.from(['booting', 'bööted', 'rebooting'].map((name) => record(name, { id: '_disk0' })).join('')) // prettier-ignore
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: text.length }), { maxLength: 12 }), async (cuts) => {
      const at = [0, ...cuts.toSorted((a, b) => a - b), text.length]
      const chunks = at.slice(1).map((end, index) => text.subarray(at[index], end))
      expect(await heard(chunks.filter(({ length }) => length > 0))).toEqual([
        'booting',
        'bööted',
        'rebooting',
      ])
    }),
  )
})

test('a torn record costs itself, and not the next one', async () => {
  const torn = record('booting')
  for (let length = 1; length < torn.length - 2; length++)
    expect(await heard([torn.slice(0, length), record('panic'), record('shutdown')])).toEqual([
      'panic',
      'shutdown',
    ])
})

test('garbage is nothing, and what never ends is not kept', async () => {
  expect(await heard(['\u0000\n\n{]\n\n\n\n', record('booted')])).toEqual(['booted'])
  expect(await heard([...Array.from({ length: 40 }, () => 'x'.repeat(65_536)), '\n\n', record('booted')])).toEqual(['booted']) // prettier-ignore
})
