/** The bridge in a process of its own, as in the supervisor: counts messages `N=0`, `N=1` … and reports when its input ends. */
import { openBridge } from '../src/notify/bridge.ts'

const [socketPath = ''] = process.argv.slice(2)
let count = 0
let wrong = 0

const bridge = await openBridge({
  socketPath,
  answer: 'on-data',
  onMessage: (bytes) => {
    if (Buffer.from(bytes).toString() !== `N=${count}`) wrong += 1
    count += 1
  },
  onIgnored: () => (wrong += 1),
})
process.stdin.resume()
process.stdin.on('end', () => {
  void bridge.close().then(() => process.stdout.write(JSON.stringify({ count, wrong })))
})
