import type { RateLimitSpec, TokenBucketSpec } from '../../../spec/machine-spec.ts'

/** RateLimiterConfig; that struct refuses keys it does not know, so nothing else may stand in it. */
export const rateLimiter = (limit: RateLimitSpec) => ({
  ...(limit.bandwidth === undefined ? {} : { bandwidth: bucket(limit.bandwidth) }),
  ...(limit.ops === undefined ? {} : { ops: bucket(limit.ops) }),
})

const bucket = ({ size, refillTime, oneTimeBurst }: TokenBucketSpec) => ({
  size,
  one_time_burst: oneTimeBurst,
  refill_time: refillTime,
})
