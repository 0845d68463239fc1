import * as z from 'zod'
import type { Path } from './places-tree.ts'

/** The schema below `optional()`. */
export const bare = (schema: z.ZodType): z.ZodType =>
  schema instanceof z.ZodOptional ? bare(schema.unwrap() as z.ZodType) : schema

export const branchesOf = (schema: z.ZodType): z.ZodType[] => {
  const inner = bare(schema)
  return inner instanceof z.ZodUnion
    ? (inner.options as z.ZodType[]).flatMap((option) => branchesOf(option))
    : [inner]
}

const step = (schema: z.ZodType, key: string | number): z.ZodType[] =>
  branchesOf(schema).flatMap((branch): z.ZodType[] => {
    if (branch instanceof z.ZodObject && Object.hasOwn(branch.shape, key))
      return [branch.shape[key] as z.ZodType]
    if (branch instanceof z.ZodRecord) return [branch.valueType as z.ZodType]
    if (branch instanceof z.ZodArray) return [branch.element as z.ZodType]
    return []
  })

/** The schemas that may hold at a path: several where the way leads through a union. */
export const schemasAt = (root: z.ZodType, at: Path): z.ZodType[] =>
  at.reduce<z.ZodType[]>((schemas, key) => schemas.flatMap((schema) => step(schema, key)), [root])

/** The keys that mean something in the table at a path. */
export const keysAt = (root: z.ZodType, at: Path): string[] =>
  schemasAt(root, at)
    .flatMap((schema) => branchesOf(schema))
    .flatMap((branch) => {
      if (branch instanceof z.ZodObject) return Object.keys(branch.shape)
      return branch instanceof z.ZodRecord && branch.keyType instanceof z.ZodEnum
        ? branch.keyType.options.map(String)
        : []
    })

/** What the schema says about the value at a path. */
export const descriptionAt = (root: z.ZodType, at: Path): string | undefined =>
  schemasAt(root, at)
    .flatMap((schema) => [schema, bare(schema)])
    .find((schema) => schema.description !== undefined)?.description

/** Whether only whole numbers are allowed at a path; zod says "number" of an int that is none. */
export const isWholeAt = (root: z.ZodType, at: Path): boolean =>
  schemasAt(root, at)
    .flatMap((schema) => branchesOf(schema))
    .some((branch) => branch instanceof z.ZodNumberFormat)
