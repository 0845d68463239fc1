import type { Recorded } from '../../events/event.ts'
import { type LiveArea, liveArea } from '../../host/terminal.ts'
import { liveFrame, progressLine } from '../../report/live.ts'
import type { Progress } from '../../report/progress.ts'
import type { Output } from '../output.ts'

/** Shows machines on their way, in the form the user's terminal and options call for. */
export type Display = {
  /** A machine has moved; `event` is what moved it, if it was an event of its own. */
  readonly update: (progress: Progress, event?: Recorded) => void
  /** Writes something of another kind without disturbing the lines. */
  readonly aside: (write: () => void) => void
  readonly close: () => void
}

/** Where lines cannot be redrawn, silence for longer than this looks like a hang. */
const HEARTBEAT_MS = 15_000
/** How often the clock on a live line moves. */
const FRAME_MS = 100

export const makeDisplay = (out: Output, json: boolean, initial: readonly Progress[]): Display => {
  const machines = new Map(initial.map((progress) => [progress.name, progress]))
  const all = (): Progress[] => [...machines.values()]
  if (json) return jsonDisplay(out)
  return out.live ? liveDisplay(out, machines, all) : lineDisplay(out, machines, all)
}

const jsonDisplay = (out: Output): Display => ({
  update: (_, event) => {
    if (event !== undefined) out.jsonLine(event)
  },
  aside: (write) => write(),
  close: () => undefined,
})

const liveDisplay = (out: Output, machines: Map<string, Progress>, all: () => Progress[]): Display => {
  const area: LiveArea = liveArea(process.stderr)
  const draw = (): void =>
    area.draw(liveFrame(all(), Date.now(), process.stderr.columns ?? 80, out.progressStyle))
  const timer = setInterval(() => {
    if (all().some(isMoving)) draw()
  }, FRAME_MS).unref()
  let closed = false
  draw()
  return {
    update: (progress) => {
      machines.set(progress.name, progress)
      draw()
    },
    aside: area.above,
    close: () => {
      clearInterval(timer)
      if (!closed) draw()
      closed = true
      area.done()
    },
  }
}

const lineDisplay = (out: Output, machines: Map<string, Progress>, all: () => Progress[]): Display => {
  const width = Math.max(...all().map(({ name }) => name.length))
  let quietSince = Date.now()
  const print = (progress: Progress): void => {
    quietSince = Date.now()
    out.progress(progressLine(progress, Date.now(), width, out.progressStyle))
  }
  const timer = setInterval(() => {
    if (Date.now() - quietSince < HEARTBEAT_MS) return
    for (const progress of all()) if (isMoving(progress)) print(progress)
  }, 1000).unref()
  return {
    update: (progress) => {
      const before = machines.get(progress.name)
      machines.set(progress.name, progress)
      if (before?.state !== progress.state) print(progress)
    },
    aside: (write) => write(),
    close: () => clearInterval(timer),
  }
}

const isMoving = ({ state }: Progress): boolean =>
  ['preparing', 'starting', 'booting', 'rebooting', 'stopping'].includes(state)
