import { join } from 'node:path'
import { execa } from 'execa'
import type { Bench } from './bench.ts'

type Result = {
  readonly bridge: { readonly medianMs: number; readonly p99Ms: number }
  readonly socat: { readonly medianMs: number }
  readonly messages: { readonly sent: number; readonly received: number; readonly wrong: number }
  readonly targets: { readonly medianMs: number; readonly p99Ms: number; readonly timesQuicker: number }
}

/** bench/notify.ts in a process of its own: timers of others would show in its tail. */
export const notify: Bench = {
  name: 'notify',
  about: "how long the guest's PID 1 stands still per message, versus socat",
  heavy: false,
  run: async () => {
    const { stdout } = await execa(process.execPath, [join(import.meta.dirname, 'notify.ts'), '--json'], {
      reject: false,
    })
    const { bridge, socat, messages, targets } = JSON.parse(stdout) as Result
    const { sent, received, wrong } = messages
    return [
      {
        what: 'answer to a notification, median',
        value: `${bridge.medianMs.toFixed(3)} ms`,
        versus: `socat UNIX-LISTEN:…,fork: ${socat.medianMs.toFixed(3)} ms`,
        ratio: bridge.medianMs / socat.medianMs,
        target: 1 / targets.timesQuicker,
        also: { text: `≤ ${targets.medianMs} ms`, met: bridge.medianMs <= targets.medianMs },
      },
      {
        what: 'answer to a notification, p99',
        value: `${bridge.p99Ms.toFixed(3)} ms`,
        versus: '',
        ratio: undefined,
        target: undefined,
        also: { text: `≤ ${targets.p99Ms} ms`, met: bridge.p99Ms <= targets.p99Ms },
      },
      {
        what: `messages received of ${sent}`,
        value: `${received}`,
        versus: `${wrong} lost, merged or out of order`,
        ratio: undefined,
        target: undefined,
        also: { text: 'all', met: received === sent && wrong === 0 },
      },
    ]
  },
}
