import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { openBridge } from '../../../src/notify/bridge.ts'
import type { Answer } from '../../../src/notify/receive-message.ts'
import { openVsock } from '../../fakes/guest-simulator.ts'
import { temporary } from './temporary.ts'

/** How a guest's connection reaches the bridge: straight, or through a VMM that passes or swallows its half-close. */
export type Way = 'direct' | 'pass' | 'swallow'

/** A bridge, what it delivered, and a way to wait for more. */
export const openTestBridge = async (answer: Answer, way: Way = 'direct') => {
  const directory = temporary()
  const socketPath = join(directory, 'vsock.sock_1234')
  const messages: string[] = []
  const ignored: string[] = []
  const waiters = new Set<() => void>()
  const wake = (): void => waiters.forEach((waiter) => waiter())
  const bridge = await openBridge({
    socketPath,
    answer,
    onMessage: (bytes) => {
      messages.push(Buffer.from(bytes).toString())
      wake()
    },
    onIgnored: (why) => {
      ignored.push(why)
      wake()
    },
  })
  let guestPath = socketPath
  if (way !== 'direct') {
    guestPath = join(directory, 'guest')
    const vsock = await openVsock(guestPath, socketPath, way)
    onTestFinished(() => void vsock.close())
  }
  onTestFinished(() => bridge.close())
  return {
    bridge,
    socketPath,
    /** Where the guest connects. */
    guestPath,
    messages,
    ignored,
    /** Resolves when the condition holds; the test's own timeout is the bound. */
    until: (condition: () => boolean): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!condition()) return
          waiters.delete(look)
          resolve()
        }
        waiters.add(look)
        look()
      }),
  }
}
