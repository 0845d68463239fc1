import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { STORIES } from './guest-simulator.ts'
import { type Script, type Step, untilThere } from './fake-script.ts'

/** What the fake VMM gives its guest. */
export type Hardware = {
  /** A stream to the host's notify port; rejects when nobody listens. */
  readonly connect: () => Promise<Socket>
  readonly console: (text: string) => void
  readonly vmm: (what: Extract<Step, { vmm: unknown }>['vmm']) => void | Promise<void>
  /** Resolves when the write has gone through. */
  readonly full: (disk: string) => void | Promise<void>
  readonly events: (bytes: string) => void
}

export type Guest = { readonly boot: () => void; readonly powerButton: () => void }

const POWEROFF: readonly Step[] = [
  'X_SYSTEMD_UNIT_INACTIVE=multi-user.target',
  'X_SYSTEMD_UNIT_ACTIVE=poweroff.target',
  { console: 'Stopping everything.' },
  'EXIT_STATUS=0\nX_SYSTEMD_SHUTDOWN=poweroff',
  { vmm: 'poweroff' },
]

/** A guest with a systemd of version 256 or newer: one message per connection, and it stands still until the host closes. */
export const makeGuest = (hardware: Hardware, { boots, down = POWEROFF }: Script['guest'] = {}): Guest => {
  const stories = boots ?? [STORIES['boot'] ?? []]
  let boot = 0
  let life = 0
  let leaving = false

  const play = async (steps: readonly Step[]): Promise<void> => {
    const mine = ++life
    for (const step of steps) {
      if (mine !== life) return
      if (typeof step === 'string') await say(hardware, step)
      else if ('console' in step) hardware.console(`${step.console}\r\n`.repeat(step.times ?? 1))
      else if ('until' in step) await untilThere(step.until)
      else if ('pauseMs' in step) await sleep(step.pauseMs)
      else if ('full' in step) await hardware.full(step.full)
      else if ('events' in step) hardware.events(step.events)
      else await hardware.vmm(step.vmm)
    }
  }

  return {
    boot: () => {
      hardware.console(`[    0.000000] Linux version 6.12.0-fake, boot ${boot + 1}\r\n`)
      leaving = false
      void play(stories[Math.min(boot++, stories.length - 1)] ?? [])
    },
    powerButton: () => {
      if (leaving || down.length === 0) return
      leaving = true
      void play(down)
    },
  }
}

/** sd_notify of systemd 256: connect, send, SHUT_WR, wait for the host's EOF. A host that does not listen is no reason to stop. */
const say = async (hardware: Hardware, message: string): Promise<void> => {
  try {
    const socket = await hardware.connect()
    socket.on('error', () => undefined)
    socket.resume()
    const closed = once(socket, 'close')
    socket.end(message)
    await closed
  } catch {
    // ECONNRESET in the guest: PID 1 goes on.
  }
}
