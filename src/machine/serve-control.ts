import type { Server, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { VarlinkReply } from '../host/varlink.ts'
import { type VarlinkCall, varlinkServer } from '../host/varlink-server.ts'
import { openStandingListener } from '../notify/standing-listener.ts'
import type { Parts } from './parts.ts'
import { pausedText } from './paused-text.ts'
import type { Run } from './run.ts'

export type ControlServer = {
  /** Serves anew where somebody has removed the socket. */
  readonly restore: () => Promise<void>
  readonly close: () => void
}

/** The interface that systemd 261 calls for `machinectl pause` and `resume` (io.systemd.MachineInstance); ours has these methods of it. */
export const INSTANCE = 'io.systemd.MachineInstance'
/** Reply to Resume: it stands still again, or still. */
export const STILL_PAUSED = 'org.microvm.StillPaused'
/** The hypervisor cannot be asked yet, or no more. */
const NOT_UP = 'org.microvm.NotRunning'

/** A write that finds no room again stops the machine again within this time. */
const SETTLED_MS = 1_200

/**
 * The supervisor's own socket (0600): a hypervisor takes one client, which is the supervisor, so whoever wants something of it asks here. Varlink, so that
 * `varlinkctl` and systemd-machined can, too.
 *
 * @throws MicrovmError as `listenOn`.
 */
export const serveControl = async (run: Run, parts: Parts): Promise<ControlServer> => {
  const clients = new Set<Socket>()
  const makeServer = (): Server => {
    const server = varlinkServer((call) => answer(run, parts, call))
    server.on('connection', (socket) => {
      clients.add(socket)
      socket.on('close', () => clients.delete(socket))
    })
    server.on('error', (error) =>
      run.emit({ kind: 'warning', message: `The control socket failed: ${error.message}` }),
    )
    return server
  }
  const listener = await openStandingListener(makeServer, run.plan.places.control, {})
  return {
    restore: listener.restore,
    close: () => {
      void listener.close()
      for (const client of clients) client.destroy()
    },
  }
}

const answer = async (run: Run, parts: Parts, { method }: VarlinkCall): Promise<VarlinkReply> => {
  switch (method) {
    case `${INSTANCE}.Describe`:
      return { parameters: { running: parts.guest?.paused() === undefined, status: run.state() } }
    case `${INSTANCE}.Pause`:
      if (parts.control === undefined) return { error: NOT_UP }
      await parts.control.pause()
      return {}
    case `${INSTANCE}.Resume`:
      return resume(run, parts)
    default:
      return { error: 'org.varlink.service.MethodNotFound', parameters: { method } }
  }
}

const resume = async (run: Run, { control, guest }: Parts): Promise<VarlinkReply> => {
  if (control === undefined || guest === undefined) return { error: NOT_UP }
  const before = guest.paused()
  if (before === undefined) return {}
  await control.resume(before.cause === 'suspend')
  await sleep(SETTLED_MS)
  const still = guest.paused()
  return still === undefined
    ? {}
    : { error: STILL_PAUSED, parameters: { because: pausedText(run.plan, still) } }
}
