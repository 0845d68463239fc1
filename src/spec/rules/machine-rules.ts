import { cpuRules } from './cpu-rules.ts'
import { credentialRules, publicTextRules } from './credential-rules.ts'
import { imageRules } from './image-rules.ts'
import { interfaceRules } from './interface-rules.ts'
import { memoryRules } from './memory-rules.ts'
import { mountPointRules } from './mount-point-rules.ts'
import { pciRules } from './pci-rules.ts'
import { rateLimitGroupRules } from './rate-limit-group-rules.ts'
import { rootVolumeRules } from './root-volume-rules.ts'
import type { Rule } from './rule.ts'
import { shareRules } from './share-rules.ts'
import { socketRules } from './socket-rules.ts'
import { timeRules } from './time-rules.ts'
import { volumeRules } from './volume-rules.ts'
import { vsockRules } from './vsock-rules.ts'

/** Everything that must hold within one machine. What must hold between machines is in `claims.ts` and `after-rules.ts`. */
export const machineRules: readonly Rule[] = [
  imageRules,
  cpuRules,
  memoryRules,
  volumeRules,
  rootVolumeRules,
  rateLimitGroupRules,
  interfaceRules,
  shareRules,
  socketRules,
  mountPointRules,
  pciRules,
  vsockRules,
  credentialRules,
  publicTextRules,
  timeRules,
]
