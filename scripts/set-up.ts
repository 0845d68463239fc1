import { setUp } from './set-up/set-up.ts'

/** `npm run setup [-- --yes]`: installs what is missing, and nothing else. */
const complete = await setUp({ yes: process.argv.includes('--yes'), quiet: false })
process.exit(complete ? 0 : 1)
