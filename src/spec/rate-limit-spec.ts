import type { Machine } from '../definition/schema.ts'
import type { RateLimitSpec, TokenBucketSpec } from './machine-spec.ts'

type Limit = NonNullable<Machine['rateLimitGroups']>[string]

const bucket = (given: Limit['ops']): TokenBucketSpec | undefined =>
  given === undefined
    ? undefined
    : { size: given.size, refillTime: given.refillTime, oneTimeBurst: given.oneTimeBurst ?? 0 }

export const rateLimitSpec = (limit: Limit): RateLimitSpec => ({
  bandwidth: bucket(limit.bandwidth),
  ops: bucket(limit.ops),
})
