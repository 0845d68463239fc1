import * as z from 'zod'
import { Definition } from './schema.ts'

/** Stable name of the schema; nothing is fetched from it. */
const ID = 'urn:microvm:definition'

/** The JSON Schema (draft 2020-12) of a definition, for editors: what a user may write, before defaults. */
export const definitionJsonSchema = (): Record<string, unknown> => {
  const schema = z.toJSONSchema(Definition, { io: 'input', target: 'draft-2020-12' })
  const { $schema, ...rest } = schema
  return {
    $schema,
    $id: ID,
    title: 'microvm definition',
    description: 'Machines for microvm, as in microvm.toml or the JSON that Nix produces.',
    ...rest,
  }
}
