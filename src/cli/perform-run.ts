import { MicrovmError } from '../errors/microvm-error.ts'
import { releaseMemory } from '../host/release-memory.ts'
import { catchSignals, type StopSignals } from '../host/signals.ts'
import { keepRunning } from '../machine/keep-running.ts'
import { startLeader } from '../machine/machined-leader.ts'
import { giveBack } from '../machine/give-back.ts'
import { inheritedClaim } from '../machine/hand-over-claim.ts'
import { planHash } from '../machine/plan-hash.ts'
import { openSink, type Sink } from '../notify/sink.ts'
import { placesOf } from '../plan/places.ts'
import type { Plan } from '../plan/plan.ts'
import type { Recorded } from '../events/event.ts'
import { surviveDefects } from '../host/survive-defects.ts'
import { findDirectories } from '../host/directories.ts'
import { isSameFile } from '../host/is-same-file.ts'
import { takeReportUp } from '../host/report-up.ts'
import { errorToJson } from '../errors/format.ts'
import { journalConsole } from '../report/journal-console.ts'
import { supervisorText } from '../report/supervisor-text.ts'
import { chooseMachines } from './choose-machines.ts'
import type { Context } from './context.ts'
import { imageBuilder } from './image-builder.ts'
import { makePlanner } from './make-planner.ts'
import { readDefinition } from './read-definition.ts'
import { reportError } from './report-error.ts'

/** From ready to when nothing of the start is under way any more, its last notifications included. */
const SETTLED_MS = 3_000

/** `microvm run NAME`: the process behind every running machine. */
export const performRun = async (
  context: Context,
  name: string,
  { adopt }: { readonly adopt: boolean },
): Promise<number> => {
  const { out, env } = context
  // Before any child: signals, and the service manager's variables, which no child may inherit.
  const signals = catchSignals()
  const sink = openSink({ env, pid: process.pid, onTrouble: (why) => out.warn(why, name) })
  // Sockets and files of every process we start are this user's alone.
  process.umask(0o077)
  const report = takeReportUp(env)
  const places = placesOf(findDirectories(env, context.uid), name)
  const claimed = inheritedClaim(env, places)
  let failure: unknown
  const survive = surviveDefects((message) => out.warn(message, name))
  try {
    const definition = await readDefinition(context, [name])
    const [spec] = chooseMachines(definition.machines, [name])
    if (spec === undefined) return 0
    const planner = await makePlanner(definition, context, { toStart: true })
    const [planned] = await planner.planAll([spec])
    if (planned === undefined) return 0
    const plan =
      planned.image === undefined
        ? planner.planOne(spec, await buildImage(context, planned, sink, signals))
        : planned
    const leader = leaderFor(plan)
    // Started detached: its own words go to the log that turns over, not to the descriptor that would make it grow without end.
    const toLog = isSameFile(process.stderr.fd, places.vmmLog)
    const ended = await keepRunning(plan, {
      definition: definition.file,
      planHash: planHash(plan),
      env,
      uid: context.uid,
      signals,
      sink,
      claimed,
      ownership: { owner: definition.owner, adopt },
      ...(toLog ? { logLine: (event) => supervisorText({ ...event, machine: name, at: '', boot: 0 }) } : {}),
      onEvent: (event) => {
        if (!toLog) tell(context, event)
        if (event.kind === 'vmm-started') survive.begin()
        if (event.kind === 'guest-ready') report.close()
        if (env['MICROVM_MACHINED'] === '1') leader(event)
        if (event.kind === 'guest-ready') setTimeout(releaseMemory, SETTLED_MS).unref()
      },
      onEnded: ({ failure }) => {
        if (failure !== undefined) report.send(JSON.stringify(errorToJson(failure)))
        report.close()
        if (failure !== undefined) reportError(failure, out, context.globals.json)
      },
      // systemd.exec(5): set where stdout or stderr goes to the journal.
      ...(env['JOURNAL_STREAM'] === undefined || context.globals.json
        ? {}
        : { onConsole: journalConsole({ write: out.raw, now: () => performance.now() }) }),
    })
    return ended.exit
  } catch (error) {
    failure = error
    // What systemctl status shows: the supervisor itself tells what happens from here on.
    if (error instanceof MicrovmError) {
      sink.status(`failed: ${error.message}`)
      report.send(JSON.stringify(errorToJson(error)))
    }
    throw error
  } finally {
    survive.end()
    report.close()
    // A claim that no run has used: its definition was wrong, for example.
    const unused = claimed()
    if (unused !== undefined) giveBack(unused, places, failure)
    await sink.flush()
    signals.release()
  }
}

/** machined's handle on the machine, while it has a VMM. */
const leaderFor = ({ places }: Plan): ((event: Recorded) => void) => {
  let leader: ReturnType<typeof startLeader> | undefined
  return ({ kind }) => {
    if (kind === 'vmm-started') leader ??= startLeader(places)
    if (kind !== 'stopped') return
    leader?.stop()
    leader = undefined
  }
}

const tell = ({ globals, out }: Context, event: Recorded): void => {
  if (globals.json) return out.jsonLine(event)
  const text = supervisorText(event)
  if (text !== undefined) out.progress(text)
}

/** How much longer the start may take with each line a build prints. */
const BUILD_WINDOW_MS = 300_000

const buildImage = (context: Context, { spec }: Plan, sink: Sink, signals: StopSignals) =>
  imageBuilder(context, signals.stop)(spec.image, (line) => {
    sink.extendTimeout(BUILD_WINDOW_MS)
    sink.status(`image: ${line}`)
    context.out.progress(`${spec.name}  image  ${line}`)
  })
