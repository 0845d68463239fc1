import type { Verb } from './verb.ts'
import { compile } from './verbs/compile.ts'
import { completion } from './verbs/completion.ts'
import { console } from './verbs/console.ts'
import { disable } from './verbs/disable.ts'
import { doctor } from './verbs/doctor.ts'
import { down } from './verbs/down.ts'
import { enable } from './verbs/enable.ts'
import { events } from './verbs/events.ts'
import { help } from './verbs/help.ts'
import { hostVerbs } from './verbs/host.ts'
import { imageVerbs } from './verbs/image.ts'
import { logs } from './verbs/logs.ts'
import { man } from './verbs/man.ts'
import { pause } from './verbs/pause.ts'
import { plan } from './verbs/plan.ts'
import { ps } from './verbs/ps.ts'
import { restart } from './verbs/restart.ts'
import { resume } from './verbs/resume.ts'
import { rm } from './verbs/rm.ts'
import { run } from './verbs/run.ts'
import { schema } from './verbs/schema.ts'
import { start } from './verbs/start.ts'
import { status } from './verbs/status.ts'
import { stop } from './verbs/stop.ts'
import { up } from './verbs/up.ts'
import { validate } from './verbs/validate.ts'
import { version } from './verbs/version.ts'
import { wait } from './verbs/wait.ts'

/** All verbs, in the order of the help. The files behind it are light: what a verb does is imported when it is done. */
export const VERBS: readonly Verb[] = [
  up,
  down,
  ps,
  logs,
  console,
  events,
  wait,
  pause,
  resume,
  rm,
  run,
  plan,
  compile,
  validate,
  schema,
  ...imageVerbs,
  doctor,
  ...hostVerbs,
  enable,
  disable,
  start,
  stop,
  restart,
  status,
  completion,
  man,
  version,
  help,
]
