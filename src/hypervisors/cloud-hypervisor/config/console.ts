import type { Plan } from '../../../plan/plan.ts'

const OFF = { mode: 'Off' } as const

/**
 * SerialConfig and ConsoleConfig, both always given: the default of the latter reads our standard input.
 * The virtio console cannot be a socket ("No socket option support for console device"), so it is a pty.
 */
export const consoles = ({ spec, places }: Plan) => {
  if (spec.console.device === 'serial')
    return { serial: { mode: 'Socket', socket: places.consoleVmm }, console: OFF }
  return { serial: OFF, console: spec.console.device === 'virtio' ? { mode: 'Pty' } : OFF }
}
