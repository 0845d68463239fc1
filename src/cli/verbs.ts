import type { Verb } from './verb.ts'
import { help } from './verbs/help.ts'
import { ps } from './verbs/ps.ts'
import { version } from './verbs/version.ts'

/** All verbs, in the order of the help. */
export const VERBS: readonly Verb[] = [ps, version, help]
