import { request } from 'node:http'
import type { ControlRequest } from '../invocation/invocation.ts'

/** More than any answer we ask for, in bytes. */
const ANSWER_MAX = 2 ** 24

export type Answer = { readonly status: number; readonly body: string }

/**
 * One HTTP request over a Unix socket (cloud-hypervisor's API serves one at a time).
 * @throws Error of node:net when nobody listens, or `timeout` after `timeoutMs`.
 */
export const httpOverUnix = (
  socketPath: string,
  { method, path, body }: ControlRequest,
  timeoutMs: number,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body)
    const headers =
      text === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }
    // No connection reuse: the server's idle connections count against its small limit.
    const outgoing = request({ socketPath, method, path, headers, agent: false }, (response) => {
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
