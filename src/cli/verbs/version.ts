import { VERSION } from '../../version.ts'
import { defineVerb, NO_NAMES } from '../verb.ts'

export const version = defineVerb({
  meta: { name: 'version', summary: 'print the version of microvm', positionals: NO_NAMES },
  options: {},
  run: async ({ globals, out }) => {
    if (globals.json) out.json({ microvm: VERSION, node: process.versions.node })
    else out.data(VERSION)
    return 0
  },
})
