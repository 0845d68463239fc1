import type { Machine } from '../../definition/schema.ts'
import type { Finding, Rule } from './rule.ts'

/** Fields that name a file, a directory or a socket of this host, wherever they stand in a machine; test/agreement holds the schema's against them. */
export const PATH_FIELDS: ReadonlySet<string> = new Set([
  'kernel',
  'initrd',
  'root',
  'image',
  'source',
  'socket',
  'vhostUserSocket',
  'file',
  'path',
])

/**
 * What a shell would have replaced is meant, and would be taken for a file of that name: even made, where it names a volume. `~/` alone is
 * understood, and only where there is a home directory.
 */
export const pathRules = (home: string | undefined): Rule => ({
  reads: [],
  check: (_, given: Machine) => walk(given, []).flatMap(({ at, path }) => findingOf(at, path, home)),
})

type Found = { readonly at: readonly (string | number)[]; readonly path: string }

const walk = (value: unknown, at: readonly (string | number)[]): Found[] => {
  if (Array.isArray(value)) return value.flatMap((one: unknown, index) => walk(one, [...at, index]))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, below]): Found[] => {
    // Arguments and settings of other programs are theirs to understand.
    if (at.length === 0 && ['extraArgs', 'extraConfig'].includes(name)) return []
    // A credential may have any name, and its value is a text.
    if (typeof below === 'string' && at[0] === 'credentials' && at.length === 1) return []
    if (typeof below === 'string') return PATH_FIELDS.has(name) ? [{ at: [...at, name], path: below }] : []
    return walk(below, [...at, name])
  })
}

const VARIABLE = /\$(?:\{\w+\}|[A-Za-z_]\w*)/

const findingOf = (at: readonly (string | number)[], path: string, home: string | undefined): Finding[] => {
  const variable = VARIABLE.exec(path)?.[0]
  if (variable !== undefined)
    return [
      {
        code: 'DEFINITION_VALUE',
        at,
        message: `is "${path}", and ${variable} is not replaced.`,
        because: 'A definition means the same for whoever reads it; the environment differs.',
        fix: 'Write the path itself: absolute, relative to the definition file, or with ~/ for the home directory.',
      },
    ]
  if (!path.startsWith('~')) return []
  if (path !== '~' && !path.startsWith('~/'))
    return [
      {
        code: 'DEFINITION_VALUE',
        at,
        message: `is "${path}", and only ~/ is understood.`,
        because:
          'The home directory of another user is not looked up. A file of that name is written with a dot and a slash before it.',
        fix: `Write the whole path, or "./${path}" for a file of that name.`,
      },
    ]
  if (home !== undefined) return []
  return [
    {
      code: 'DEFINITION_VALUE',
      at,
      message: `is "${path}", but a unit has no home directory.`,
      because: 'A machine of the host runs as a user of its own, and root starts it.',
      fix: 'Write the whole path.',
    },
  ]
}
