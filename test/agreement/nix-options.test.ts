import { describe, expect, it } from 'vitest'
import { hintFor } from '../../src/definition/microvm-nix-names.ts'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { evaluate, nixpkgs } from '../nix/evaluate.ts'
import { needs } from '../nix/needs.ts'
import { type Field, schemaFields } from '../nix/schema-fields.ts'

type Option = { readonly path: string; readonly description: string; readonly type: string }

const lacked = needs()
const options = (
  probes: readonly object[] = [],
): { machine: readonly Option[]; answers: readonly boolean[] } =>
  evaluate('options.nix', { nixpkgs: nixpkgs(), probes: JSON.stringify(probes) }) as never

/** A NixOS guest brings its own image; the other kinds are for definitions written by hand. */
const isOfAnotherImage = ({ path }: Field): boolean => /^image(\.(debian|flake)|$)/.test(path)

/** Said differently in NixOS, where the guest mounts what it has, and where no flag of a hypervisor may stand, not even as an example. */
const OTHER_WORDS = new Set(['extraArgs', 'volumes.[].mountPoint', 'volumes.[].root', 'shares.[].mountPoint'])

const words = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()

describe.runIf(lacked === undefined)(
  `options of the guest module${lacked === undefined ? '' : `: lacks ${lacked}`}`,
  () => {
    const fields = schemaFields().filter((field) => !isOfAnotherImage(field))

    it('are the fields of the schema, in both directions', () => {
      const inNix = options().machine.map(({ path }) => path)
      const inSchema = fields.map(({ path }) => path).filter((path) => !OPEN.has(path))
      expect([...new Set(inNix)].toSorted()).toEqual(inSchema.toSorted())
    })

    it('are described in the words of the schema', () => {
      const described = new Map(options().machine.map(({ path, description }) => [path, words(description)]))
      const wrong = fields.filter(
        ({ path, schema }) =>
          schema.description !== undefined &&
          described.has(path) &&
          !OTHER_WORDS.has(path) &&
          !described.get(path)?.startsWith(words(schema.description)),
      )
      expect(wrong.map(({ path }) => path)).toEqual([])
      expect([...described].filter(([, text]) => text === '')).toEqual([])
    })

    it('take the values the schema takes, up to the bounds', () => {
      const probes = fields.flatMap(probesOf)
      expect(probes.length).toBeGreaterThan(100)
      const { answers } = options(probes.map(({ path, value }) => ({ path, value })))
      const wrong = probes.filter(({ takes }, index) => answers[index] !== takes)
      expect(wrong).toEqual([])
    })
  },
)

/** By hypervisor: options of their own in NixOS, and a table with two names in the schema. */
const OPEN = new Set(['extraArgs', 'extraConfig'])

type Probe = { readonly path: string; readonly value: unknown; readonly takes: boolean }

const probesOf = ({ path, schema }: Field): Probe[] => {
  const probe = (value: unknown, takes: boolean): Probe => ({ path, value, takes })
  if (schema.enum !== undefined)
    return [...schema.enum.map((value) => probe(value, true)), probe('no such word', false)]
  if (schema.type === 'boolean') return [probe(true, true), probe('yes', false)]
  if (schema.type !== 'integer') return []
  const low = schema.minimum ?? (schema.exclusiveMinimum ?? 0) + 1
  const high = schema.maximum ?? Number.MAX_SAFE_INTEGER
  return [
    probe(low, true),
    probe(low - 1, false),
    probe('many', false),
    ...(high < Number.MAX_SAFE_INTEGER ? [probe(high, true), probe(high + 1, false)] : []),
  ]
}

it('an option of microvm.nix that is gone is known to definitions too', () => {
  const text = readFileSync(resolve(import.meta.dirname, '../../nixos-modules/guest/removed.nix'), 'utf8')
  const removed = [...text.matchAll(/^ {4}([a-zA-Z-]+) = /gm)].map(([, name = '']) => name)
  expect(removed.length).toBeGreaterThan(30)
  const known = (name: string): boolean =>
    hintFor(['machines', 'web', name]) !== undefined ||
    ['extraArgs', 'package'].some((key) => hintFor(['machines', 'web', name, key]) !== undefined)
  expect(removed.filter((name) => !known(name))).toEqual([])
})
