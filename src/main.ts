#!/usr/bin/env node
import { runCommand } from './cli/run-command.ts'
import { VERBS } from './cli/verbs.ts'

// Not process.exit(): what was written must get out first.
process.exitCode = await runCommand(process.argv.slice(2), process.env, VERBS)
