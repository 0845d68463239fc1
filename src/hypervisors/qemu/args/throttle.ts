import type { RateLimitSpec, TokenBucketSpec, VolumeSpec } from '../../../spec/machine-spec.ts'

/** Name of the throttle group a volume is in, if any. */
export const throttleGroup = (volume: VolumeSpec): string | undefined => {
  if (volume.rateLimitGroup !== undefined) return `group-${volume.rateLimitGroup}`
  return volume.rateLimit === undefined ? undefined : `limit-${volume.id}`
}

/** `-object throttle-group`: the average of the token bucket per second; QEMU has no one-time burst. */
export const throttleObject = (id: string, limit: RateLimitSpec): string =>
  JSON.stringify({
    'qom-type': 'throttle-group',
    id,
    limits: {
      ...(limit.bandwidth === undefined ? {} : { 'bps-total': perSecond(limit.bandwidth) }),
      ...(limit.ops === undefined ? {} : { 'iops-total': perSecond(limit.ops) }),
    },
  })

const perSecond = ({ size, refillTime }: TokenBucketSpec): number =>
  Math.max(1, Math.round((size * 1000) / refillTime))
