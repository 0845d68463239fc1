import { Agent, request } from 'node:http'
import type { ControlRequest } from '../invocation/invocation.ts'

/** More than any answer we ask for, in bytes. */
const ANSWER_MAX = 2 ** 24

export type Answer = { readonly status: number; readonly body: string }

/** One connection that stays open, so that a server can be asked when its socket's file has gone. */
export const standingConnection = (): Agent => new Agent({ keepAlive: true, maxSockets: 1 })

/**
 * One HTTP request over a Unix socket (cloud-hypervisor's API serves one at a time).
 * @param agent without one, each request has a connection of its own.
 * @throws Error of node:net when nobody listens, or `timeout` after `timeoutMs`.
 */
export const httpOverUnix = (
  socketPath: string,
  { method, path, body }: ControlRequest,
  timeoutMs: number,
  agent?: Agent,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body)
    const headers =
      text === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
    const outgoing = request({ socketPath, method, path, headers, agent: agent ?? false }, (response) => {
      const chunks: Buffer[] = []
      let size = 0
      response.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > ANSWER_MAX) outgoing.destroy(new Error(`the answer to ${method} ${path} is too long`))
        else chunks.push(chunk)
      })
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
      )
      response.on('error', reject)
    })
    outgoing.setTimeout(timeoutMs, () =>
      outgoing.destroy(new Error(`no answer to ${method} ${path} within ${timeoutMs} ms`)),
    )
    outgoing.on('error', reject)
    outgoing.end(text)
  })
