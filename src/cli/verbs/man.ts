import { VERSION } from '../../version.ts'
import { defineVerb, NO_NAMES } from '../verb.ts'

export const man = defineVerb({
  meta: {
    name: 'man',
    summary: 'print the manual page',
    positionals: NO_NAMES,
    details: 'In the form man(1) reads, for packages to install.',
    examples: ['microvm man > microvm.1', 'microvm man | man -l -'],
  },
  options: {},
  run: async ({ out, verbs }) => {
    const { manPage } = await import('../man-page.ts')
    out.data(manPage(verbs, VERSION).trimEnd())
    return 0
  },
})
