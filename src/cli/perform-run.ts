import { setTimeout as sleep } from 'node:timers/promises'
import { MicrovmError } from '../errors/microvm-error.ts'
import { catchSignals, type StopSignals } from '../host/signals.ts'
import { planHash } from '../machine/plan-hash.ts'
import { type Ended, supervise } from '../machine/supervise.ts'
import { openSink, type Sink } from '../notify/sink.ts'
import type { Plan } from '../plan/plan.ts'
import type { Recorded } from '../events/event.ts'
import { journalConsole } from '../report/journal-console.ts'
import { supervisorText } from '../report/supervisor-text.ts'
import { chooseMachines } from './choose-machines.ts'
import type { Context } from './context.ts'
import { imageBuilder } from './image-builder.ts'
import { makePlanner } from './make-planner.ts'
import { readDefinition } from './read-definition.ts'
import { reportError } from './report-error.ts'

/** Between an end and the start after it; doubles up to the maximum, and begins anew once a run was ready. */
const PAUSE_MS = 1_000
const PAUSE_MAX_MS = 60_000

/** `microvm run NAME`: the process behind every running machine. */
export const performRun = async (context: Context, name: string): Promise<number> => {
  const { out, env } = context
  // Before any child: signals, and the service manager's variables, which no child may inherit.
  const signals = catchSignals()
  const underServiceManager = env['INVOCATION_ID'] !== undefined
  const sink = openSink({ env, pid: process.pid, onTrouble: (why) => out.warn(why, name) })
  try {
    const definition = await readDefinition(context, [name])
    const [spec] = chooseMachines(definition.machines, [name])
    if (spec === undefined) return 0
    const planner = await makePlanner(definition, context)
    const [planned] = await planner.planAll([spec])
    if (planned === undefined) return 0
    const plan =
      planned.image === undefined
        ? planner.planOne(spec, await buildImage(context, planned, sink, signals))
        : planned
    for (let pause = PAUSE_MS; ; pause = Math.min(PAUSE_MAX_MS, pause * 2)) {
      const { ended, wasReady } = await superviseOnce(context, plan, definition.file, sink, signals)
      if (ended.failure !== undefined) reportError(ended.failure, out, context.globals.json)
      if (signals.stop.aborted || underServiceManager || !restarts(spec.restart, ended, wasReady))
        return ended.exit
      if (wasReady) pause = PAUSE_MS
      out.progress(`${name}  is started again in ${pause / 1000} s  restart = "${spec.restart}"`)
      await sleep(pause, undefined, { signal: signals.stop }).catch(() => undefined)
      if (signals.stop.aborted) return ended.exit
    }
  } catch (error) {
    // What systemctl status shows: the supervisor itself tells what happens from here on.
    if (error instanceof MicrovmError) sink.status(`failed: ${error.message}`)
    throw error
  } finally {
    await sink.flush()
    signals.release()
  }
}

/** A first start that fails is not repeated: whoever waits for it is told, and the definition needs a look. */
export const restarts = (policy: Plan['spec']['restart'], ended: Ended, wasReady: boolean): boolean =>
  wasReady && (policy === 'always' || (policy === 'on-failure' && ended.failure !== undefined))

const superviseOnce = async (
  { env, uid, globals, out }: Context,
  plan: Plan,
  definition: string,
  sink: Sink,
  signals: StopSignals,
): Promise<{ ended: Ended; wasReady: boolean }> => {
  let wasReady = false
  const onEvent = (event: Recorded): void => {
    if (event.kind === 'state' && event.to === 'ready') wasReady = true
    if (globals.json) out.jsonLine(event)
    const text = globals.json ? undefined : supervisorText(event)
    if (text !== undefined) out.progress(text)
  }
  const ended = await supervise(plan, {
    definition,
    planHash: planHash(plan),
    env,
    uid,
    signals,
    onEvent,
    sink,
    // systemd.exec(5): set where stdout or stderr goes to the journal.
    ...(env['JOURNAL_STREAM'] === undefined || globals.json
      ? {}
      : { onConsole: journalConsole({ write: out.raw, now: () => performance.now() }) }),
  })
  return { ended, wasReady }
}

/** How much longer the start may take with each line a build prints. */
const BUILD_WINDOW_MS = 300_000

const buildImage = (context: Context, { spec }: Plan, sink: Sink, signals: StopSignals) =>
  imageBuilder(context, signals.stop)(spec.image, (line) => {
    sink.extendTimeout(BUILD_WINDOW_MS)
    sink.status(`image: ${line}`)
    context.out.progress(`${spec.name}  image  ${line}`)
  })
