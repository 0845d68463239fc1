import * as z from 'zod'
import { Duration } from '../src/definition/duration.ts'
import { bare, branchesOf } from '../src/definition/schema-at.ts'
import { Definition } from '../src/definition/schema.ts'
import { Size } from '../src/definition/size.ts'

const HEAD = `# Definition reference

<!-- Written by "npm run docs" from the descriptions in src/definition/; a test fails when it is stale. -->

Every field of \`microvm.toml\`, or of the same as JSON. All of them in use, with comments:
[examples/every-option](../examples/every-option/microvm.toml). For editors: \`microvm schema\` prints this as JSON Schema.

- **size**: text with a binary unit (\`"512M"\`, \`"1.5G"\`), or a whole number of MiB.
- **time**: text as in systemd.time(7) (\`"90s"\`, \`"2min 30s"\`), or a number of seconds; at most 24 days.
- Relative paths of the host start at the definition file, but for the images of volumes: those start at the machine's state directory.
- What is not \`required\` may be left out. Unknown keys are errors, and all mistakes of a file are reported at once.
`

type Section = { readonly path: string; readonly object: z.ZodObject }

/** docs/definition.md, from the schema alone: one table per object, in the order of the schema. */
export const definitionReference = (): string => {
  const sections: Section[] = []
  collect(Definition, '', sections)
  const homes = new Map(sections.map(({ path, object }) => [object._zod.def, path]))
  return [HEAD, ...sections.map((section) => sectionText(section, homes))].join('\n')
}

/** Every object below a schema, each once, where it is met first. */
const collect = (schema: z.ZodType, path: string, found: Section[]): void => {
  for (const branch of branchesOf(schema)) {
    if (branch instanceof z.ZodArray) collect(branch.element as z.ZodType, `${path}[]`, found)
    if (branch instanceof z.ZodRecord)
      collect(branch.valueType as z.ZodType, `${path}.${nameOfKeys(path)}`, found)
    if (!(branch instanceof z.ZodObject) || found.some(({ object }) => object._zod.def === branch._zod.def))
      continue
    // Alternatives at one place are told apart by their keys: `image { kernel, … }`, `image { debian }`.
    const taken = found.some((section) => section.path === path)
    const keys = Object.keys(branch.shape as object)
    const here = taken ? `${path} { ${keys[0] ?? ''}${keys.length > 1 ? ' …' : ''} }` : path
    found.push({ path: here, object: branch })
    for (const [key, inner] of Object.entries(branch.shape as Record<string, z.ZodType>))
      collect(inner, path === '' ? key : `${path}.${key}`, found)
  }
}

const nameOfKeys = (path: string): string => (path.endsWith('extraConfig') ? 'HYPERVISOR' : 'NAME')

const sectionText = ({ path, object }: Section, homes: ReadonlyMap<unknown, string>): string => {
  const rows = Object.entries(object.shape as Record<string, z.ZodType>).map(([key, schema]) => {
    const required = !(schema instanceof z.ZodOptional)
    return `| \`${key}\` | ${typeText(schema, homes)} | ${required ? '**required** ' : ''}${describe(schema)} |`
  })
  const about = object.description
  return [
    `## ${titleOf(path)}`,
    '',
    ...(about === undefined ? [] : [about, '']),
    '| field | type | meaning |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}

const titleOf = (path: string): string => (path === '' ? 'The file' : `\`${path}\``)

/** As GitHub makes them of headings. */
const anchorOf = (path: string): string =>
  titleOf(path)
    .toLowerCase()
    .replaceAll(/[^a-z0-9 _-]/g, '')
    .replaceAll(' ', '-')

/** The description on the field, else the one on what it holds. */
const describe = (schema: z.ZodType): string => {
  const text = schema.description ?? bare(schema).description ?? ''
  return text.replaceAll('|', '\\|')
}

const typeText = (schema: z.ZodType, homes: ReadonlyMap<unknown, string>): string => {
  const inner = bare(schema)
  if (inner === Size) return 'size'
  if (inner === Duration) return 'time'
  const branches = branchesOf(inner)
  const several = branches.filter((branch) => branch instanceof z.ZodObject).length > 1
  return [...new Set(branches.map((branch) => branchText(branch, homes, several)))].join(' or ')
}

const branchText = (branch: z.ZodType, homes: ReadonlyMap<unknown, string>, several: boolean): string => {
  if (branch instanceof z.ZodObject) {
    const home = homes.get(branch._zod.def)
    const name = several ? `table with \`${Object.keys(branch.shape as object)[0] ?? ''}\`` : 'table'
    return home === undefined ? name : `[${name}](#${anchorOf(home)})`
  }
  if (branch instanceof z.ZodArray) return `list of ${typeText(branch.element as z.ZodType, homes)}`
  if (branch instanceof z.ZodRecord)
    return `table of ${typeText(branch.keyType as z.ZodType, homes)} = ${typeText(branch.valueType as z.ZodType, homes)}`
  if (branch instanceof z.ZodEnum)
    return branch.options.map((option) => `\`${JSON.stringify(option)}\``).join(', ')
  if (branch instanceof z.ZodLiteral)
    return [...branch.values].map((value) => `\`${JSON.stringify(value)}\``).join(', ')
  if (branch instanceof z.ZodBoolean) return 'true, false'
  if (branch instanceof z.ZodNumber)
    return `${branch instanceof z.ZodNumberFormat ? 'integer' : 'number'}${rangeOf(branch)}`
  return branch instanceof z.ZodUnknown ? 'anything' : 'text'
}

const rangeOf = (schema: z.ZodNumber): string => {
  const { minimum, exclusiveMinimum, maximum } = z.toJSONSchema(schema)
  const low = minimum ?? (typeof exclusiveMinimum === 'number' ? exclusiveMinimum + 1 : undefined)
  const from = low === undefined || low <= Number.MIN_SAFE_INTEGER ? undefined : low
  if (maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER)
    return from === undefined ? '' : ` from ${from}`
  return ` ${from ?? '…'} to ${maximum}`
}
