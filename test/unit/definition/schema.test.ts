import { expect, test } from 'vitest'
import type * as z from 'zod'
import { definitionJsonSchema } from '../../../src/definition/json-schema.ts'
import { bare } from '../../../src/definition/schema-at.ts'
import { Definition } from '../../../src/definition/schema.ts'
import { fieldsOf } from './fields-of.ts'

test('every field says what it is', () => {
  const silent = fieldsOf(Definition).filter(
    ({ schema }) => schema.description === undefined && bare(schema).description === undefined,
  )
  expect(silent.map(({ path }) => path)).toEqual([])
})

test('patterns, choices of shapes and own checks say in words what they expect', () => {
  const samples = [{}, [], 5.5, true, 'Ä\n', '', null]
  for (const { path, schema } of fieldsOf(Definition))
    for (const sample of samples) {
      const issues = bare(schema).safeParse(sample).error?.issues ?? []
      for (const issue of issues)
        if (['invalid_union', 'invalid_format', 'custom'].includes(issue.code))
          expect(issue.message, path).not.toMatch(/^Invalid/)
    }
})

test('the JSON Schema is one of draft 2020-12, without defaults, with the descriptions', () => {
  const schema = definitionJsonSchema()
  expect(schema).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'urn:microvm:definition',
    title: 'microvm definition',
    required: ['machines'],
    additionalProperties: false,
  })
  const machine = (
    schema['properties'] as { machines: { additionalProperties: z.core.JSONSchema.JSONSchema } }
  ).machines.additionalProperties
  expect(machine.required).toBeUndefined()
  expect(machine.properties?.['vcpu']).toEqual({
    type: 'integer',
    minimum: 1,
    maximum: 255,
    description: 'Number of vCPUs at boot. Default: 1.',
  })
  expect(JSON.parse(JSON.stringify(schema))).toEqual(schema)
})
