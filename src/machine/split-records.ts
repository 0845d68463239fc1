import type { Readable } from 'node:stream'

/** A record of a VMM is short; one beyond this is dropped together with what came before it. */
const RECORD_MAX = 65_536

/** cloud-hypervisor's event monitor writes pretty-printed JSON records with an empty line behind each. */
export const onRecords = (stream: Readable, listener: (record: unknown) => void): void => {
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('error', () => undefined)
  stream.on('data', (chunk: string) => {
    const records = (rest + chunk).split('\n\n')
    rest = (records.pop() ?? '').slice(-RECORD_MAX)
    for (const record of records) {
      try {
        listener(JSON.parse(record))
      } catch {
        // A full pipe can tear a record (the monitor writes without blocking); the next one is whole again.
      }
    }
  })
}
