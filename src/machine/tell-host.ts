import type { MachineEvent } from '../events/event.ts'
import { type ForwardTimes, forwardEvent, keepForward, newForward } from '../notify/forward.ts'
import type { Sink } from '../notify/sink.ts'

export type TellHost = {
  readonly event: (event: MachineEvent) => void
  /** The guest got further than ever in this boot: the event that comes with it may extend the unit's timeout. */
  readonly further: () => void
  /** The start takes its time because it is wanted so (onEmergency = "keep"); may be called as often as one likes. */
  readonly keep: () => void
}

/** Tells the host's service manager what the machine does. */
export const tellHost = (sink: Sink, times: ForwardTimes): TellHost => {
  let forward = newForward(times)
  const send = (step: ReturnType<typeof forwardEvent>): void => {
    forward = step.forward
    for (const message of step.messages)
      if (message.kind === 'extend') sink.extendTimeout(message.ms)
      else sink[message.kind](message.status)
  }
  const tell = (event: MachineEvent, further: boolean): void =>
    send(forwardEvent(forward, event, further, performance.now()))
  let last: MachineEvent | undefined
  return {
    event: (event) => {
      last = event
      tell(event, false)
    },
    further: () => {
      if (last !== undefined) tell(last, true)
    },
    keep: () => send(keepForward(forward, performance.now())),
  }
}
