import type { Readable } from 'node:stream'

/** A record of a VMM is short; one beyond this is dropped together with what came before it. */
const RECORD_MAX = 65_536

/** How a record begins; nothing inside of one does, because what is inside is indented. */
const BEGINNING = '{\n  "timestamp"'

/** cloud-hypervisor's event monitor writes pretty-printed JSON records with an empty line behind each. */
export const onRecords = (stream: Readable, listener: (record: unknown) => void): void => {
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('error', () => undefined)
  stream.on('data', (chunk: string) => {
    const records = (rest + chunk).split('\n\n')
    rest = (records.pop() ?? '').slice(-RECORD_MAX)
    for (const text of records) {
      const record = parse(text) ?? parse(text.slice(Math.max(0, text.lastIndexOf(BEGINNING))))
      if (record !== undefined) listener(record)
    }
  })
}

/** A full pipe tears a record (the monitor writes without blocking): what is left of it then stands before the next one, which is whole. */
const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
