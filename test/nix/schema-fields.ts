import { definitionJsonSchema } from '../../src/definition/json-schema.ts'

type Schema = {
  readonly type?: string
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly additionalProperties?: Schema | boolean
  readonly propertyNames?: { readonly enum?: readonly string[] }
  readonly anyOf?: readonly Schema[]
  readonly enum?: readonly unknown[]
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
}

/** A field of a machine: its path with `[]` for an item and `*` for a name, and what the schema says of it. */
export type Field = { readonly path: string; readonly schema: Schema }

const child = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`)

const below = (path: string, schema: Schema): Field[] => {
  const record = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined
  const names = schema.propertyNames?.enum
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, value]) => field(child(path, name), value)),
    ...(schema.items === undefined ? [] : below(child(path, '[]'), schema.items)),
    ...(record === undefined
      ? []
      : names === undefined
        ? below(child(path, '*'), record)
        : names.flatMap((name) => field(child(path, name), record))),
    ...(schema.anyOf ?? []).flatMap((branch) => below(path, branch)),
  ]
}

/** A table is its fields; everything else is a field itself. */
const field = (path: string, schema: Schema): Field[] => [
  ...(schema.properties === undefined ? [{ path, schema }] : []),
  ...below(path, schema),
]

/** Every field of a machine in a definition. */
export const schemaFields = (): Field[] => {
  const { machines } = (definitionJsonSchema() as Schema).properties ?? {}
  const machine = machines?.additionalProperties
  if (typeof machine !== 'object') throw new Error('The schema has no machines.')
  const fields = below('', machine)
  return fields.filter(({ path }, index) => fields.findIndex((other) => other.path === path) === index)
}
