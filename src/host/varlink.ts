import { connect } from 'node:net'

export type VarlinkReply = {
  readonly parameters?: unknown
  /** Name of the error, e.g. `io.systemd.Machine.MachineExists`; absent when the call succeeded. */
  readonly error?: string
}

/** More than any reply we ask for. */
const REPLY_MAX = 1 << 20

/**
 * One call of the Varlink protocol: JSON objects that end with NUL, over a Unix socket.
 * @throws Error when the service cannot be reached, breaks off, or takes longer than `timeoutMs`.
 */
export const callVarlink = (
  socketPath: string,
  method: string,
  parameters: unknown,
  timeoutMs = 10_000,
): Promise<VarlinkReply> =>
  new Promise((resolve, reject) => {
    const socket = connect(socketPath, () => socket.write(`${JSON.stringify({ method, parameters })}\0`))
    const timer = setTimeout(() => fail(new Error(`no reply within ${timeoutMs} ms`)), timeoutMs)
    const fail = (error: Error): void => {
      clearTimeout(timer)
      socket.destroy()
      reject(error)
    }
    let received = Buffer.alloc(0)
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk])
      const end = received.indexOf(0)
      if (end < 0) return received.length > REPLY_MAX ? fail(new Error('the reply is too long')) : undefined
      clearTimeout(timer)
      socket.destroy()
      try {
        resolve(replyOf(JSON.parse(received.toString('utf8', 0, end))))
      } catch (error) {
        reject(error as Error)
      }
    })
    socket.on('error', fail)
    socket.on('close', () => fail(new Error('the service closed the connection')))
  })

const replyOf = (value: unknown): VarlinkReply => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('the reply is no object, as Varlink demands')
  const { parameters, error } = value as { parameters?: unknown; error?: unknown }
  if (error === undefined || error === null) return { parameters }
  return { parameters, error: typeof error === 'string' ? error : 'an error without a name' }
}
