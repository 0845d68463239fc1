import { expect, test } from 'vitest'
import { runCase } from '../../golden/run-case.ts'
import { complete, web } from '../spec/marked-text.ts'

/** The ids of everything in a request of cloud-hypervisor, but for the groups'. */
const idsIn = (value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'rate_limit_groups' ? [] : key === 'id' ? [String(inner)] : idsIn(inner),
  )
}

const ids = [...new Set(idsIn(JSON.parse(runCase('every-device')['cloud-hypervisor.json'] ?? '')))]

test('there are ids to look at', () => expect(ids).toContain('balloon'))

test.each(ids)('no rate limit group can have the name of the device %s', (id) => {
  const result = complete(web(`rateLimitGroups.${id}.ops = { size = 1, refillTime = 1 }`))
  expect(result).toMatchObject({ ok: false, problems: [{ at: ['machines', 'web', 'rateLimitGroups', id] }] })
})
