import { ANY_MACHINES, defineVerb } from '../verb.ts'

export const validate = defineVerb({
  meta: {
    name: 'validate',
    summary: 'check a definition, and print the names of its machines',
    positionals: ANY_MACHINES,
    details:
      'Reports everything that is wrong at once, each with its place. Looks at the text only; "microvm plan" looks at this host too.',
    examples: ['microvm validate', 'microvm validate --json -f web.toml'],
  },
  options: {
    built: { type: 'boolean', describe: 'of a flake, what was built last: nothing is evaluated' },
  },
  run: async (context, { options, names }) => {
    const { placeIn, problemsError, readDefinition } = await import('../read-definition.ts')
    const { checkGuest } = await import('../../plan/check-guest.ts')
    const { chooseMachines } = await import('../choose-machines.ts')
    const { file, machines, locate } = await readDefinition(context, names, {
      built: options.built ? 'never' : 'now',
    })
    const chosen = chooseMachines(machines, names)
    const problems = chosen.flatMap((spec) => checkGuest(spec, undefined))
    if (problems.length > 0) throw problemsError(problems.map(placeIn(locate)), `${file} cannot be used.`)
    const { globals, out } = context
    if (globals.json) {
      const { specToJson } = await import('../../report/spec-json.ts')
      out.json({ file, machines: chosen.map(specToJson) })
    } else for (const { name } of chosen) out.data(name)
    return 0
  },
})
