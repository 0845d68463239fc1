import * as z from 'zod'
import { branchesOf } from '../../../src/definition/schema-at.ts'

type Field = { readonly path: string; readonly schema: z.ZodType }

/** Every field of the tables below a schema; names a user chooses are `*`, places in lists are left out. */
export const fieldsOf = (schema: z.ZodType, path = ''): Field[] =>
  branchesOf(schema).flatMap((branch): Field[] => {
    if (branch instanceof z.ZodArray) return fieldsOf(branch.element as z.ZodType, path)
    if (branch instanceof z.ZodRecord) return fieldsOf(branch.valueType as z.ZodType, `${path}.*`)
    if (!(branch instanceof z.ZodObject)) return []
    return Object.entries(branch.shape as Record<string, z.ZodType>).flatMap(([key, inner]) => {
      const here = path === '' ? key : `${path}.${key}`
      return [{ path: here, schema: inner }, ...fieldsOf(inner, here)]
    })
  })
