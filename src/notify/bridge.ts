import { createServer, type Server, type Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { openStandingListener } from './standing-listener.ts'
import { inOrder } from './in-order.ts'
import { type Answer, type Phase, receiveMessage, type Receiving } from './receive-message.ts'
import { tally } from './tally.ts'

export type BridgeOptions = {
  /** `<vsock>_PORT`; at most 107 bytes. */
  readonly socketPath: string
  /**
   * From systemd 256 on (and 254.22, 255.16) the guest's PID 1 stands still after every message until the host closes.
   *
   * `on-data`: close right after the first bytes. For VMMs that do not pass the guest's half-close on, so that its EOF never comes:
   * cloud-hypervisor up to 52 and vhost-device-vsock (rust-vmm/vhost-device issue 874).
   *
   * `on-eof`: close when the guest's EOF comes, or 20 ms after the first byte. For cloud-hypervisor from 53 on, which answers
   * a guest's RST by another one when both sides close at the same moment; that one can hit the next message (its PR 8692).
   */
  readonly answer: Answer
  /** One whole message, after it was answered, in the order of their first bytes. */
  readonly onMessage: (bytes: Uint8Array) => void
  /** Something was refused; said the 1st, 10th, 100th … time. */
  readonly onIgnored: (why: string) => void
  /** Messages may be lost by our own fault: the listener failed, or `onMessage` did. Said as often as `onIgnored`, which is the default. */
  readonly onTrouble?: (why: string) => void
}

export type Bridge = {
  /** Listens anew where somebody has removed the socket. @throws MicrovmError as `listenOn`. */
  readonly restore: () => Promise<void>
  /** Takes what has come, closes every connection and removes the socket. */
  readonly close: () => Promise<void>
}

/** Pending connections the kernel keeps for us: cloud-hypervisor's vsock thread blocks, with all vsock traffic, when they are full. */
const BACKLOG = 4096

/**
 * Open connections from which on old ones are closed; far below the 1,024 descriptors that some hosts allow. PID 1 uses one connection at a time, speaks
 * at once and closes at once.
 */
const CONNECTIONS = 256

/** Whom it costs least comes first: whose message was taken, then whose message has begun and counts as it is, then who has said nothing. */
const CLOSED_FIRST: readonly Phase[] = ['taken', 'receiving', 'silent']

/**
 * Listens for the notifications of one guest. Open it before the VMM starts and close it after the VMM has gone: a message that finds nobody
 * is lost for good, and a guest reboots within the same VMM.
 *
 * @throws MicrovmError as `listenOn`.
 */
export const openBridge = async (options: BridgeOptions): Promise<Bridge> => {
  const onIgnored = tally(options.onIgnored)
  const onTrouble = tally(options.onTrouble ?? options.onIgnored)
  const messages = inOrder((bytes) => {
    try {
      options.onMessage(bytes)
    } catch (error) {
      // A defect in what listens must not end the supervisor, and the machine with it.
      onTrouble(`a notification could not be handled: ${String(error)}`)
    }
  })
  const open = new Map<Socket, { readonly receiving: Receiving; readonly turn: number }>()
  let turn = 0
  let sweeping = false

  /**
   * Makes room at the cost of the oldest, never of the one that has just come: nothing tells PID 1 from the processes that flood us but that it is quick. A
   * connection may be closed only when its bytes had their chance to be read, which is two turns of the event loop after it was accepted.
   */
  const sweep = (): void => {
    sweeping = false
    turn += 1
    let surplus = open.size - CONNECTIONS
    for (const phase of CLOSED_FIRST)
      for (const [socket, { receiving, turn: accepted }] of open) {
        if (surplus <= 0) return
        if (receiving.phase() !== phase || turn - accepted < 2) continue
        surplus -= 1
        open.delete(socket)
        receiving.finish()
        if (phase === 'silent')
          onIgnored(`a silent connection, to make room: there were more than ${CONNECTIONS}`)
      }
    if (surplus > 0) sweepSoon()
  }
  const sweepSoon = (): void => {
    if (sweeping) return
    sweeping = true
    setImmediate(sweep)
  }

  const makeServer = (): Server => {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      const receiving = receiveMessage(socket, { answer: options.answer, begin: messages.open, onIgnored })
      open.set(socket, { receiving, turn })
      socket.once('close', () => open.delete(socket))
      if (open.size > CONNECTIONS) sweepSoon()
    })
    // Out of descriptors, libuv accepts by a spare one and closes at once: that message is lost without a word here, but the guest goes on.
    server.on('error', (error: NodeJS.ErrnoException) =>
      onTrouble(`notifications of the guest may be lost: ${error.message}`),
    )
    return server
  }
  const listener = await openStandingListener(makeServer, options.socketPath, { backlog: BACKLOG })

  return {
    restore: listener.restore,
    close: async () => {
      // The guest's last word may still lie in the kernel when its VMM has gone: one turn to accept it, one to read it.
      await nextTurn()
      await nextTurn()
      const closed = listener.close()
      for (const { receiving } of open.values()) receiving.finish()
      await closed
    },
  }
}
