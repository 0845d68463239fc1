import { defineVerb, NO_NAMES } from '../verb.ts'

export const schema = defineVerb({
  meta: {
    name: 'schema',
    summary: 'print the JSON Schema of definitions, for editors',
    positionals: NO_NAMES,
    examples: ['microvm schema > microvm.schema.json'],
  },
  options: {},
  run: async ({ out }) => {
    const { definitionJsonSchema } = await import('../../definition/json-schema.ts')
    out.json(definitionJsonSchema())
    return 0
  },
})
