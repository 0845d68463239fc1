import { setUp } from './set-up/set-up.ts'

/** `npm run setup [-- --yes] [--for USER]`: installs what is missing, and nothing else. */
const complete = await setUp({ args: process.argv.slice(2), quiet: false })
process.exit(complete ? 0 : 1)
