import type { Problem } from '../../errors/problem.ts'
import { credentialString } from '../../plan/credential-string.ts'
import type { Plan } from '../../plan/plan.ts'
import { checkSmbiosStrings } from '../../plan/smbios-limits.ts'
import type { Secret } from '../contract.ts'
import { createBody } from './compile.ts'

/** HTTP_PAYLOAD_MAX_SIZE of cloud-hypervisor up to 53. */
const MAX_BODY = 51_200

/** Whether the secrets fit SMBIOS and the request that carries them. */
export const checkSecrets = (plan: Plan, secrets: readonly Secret[]): Problem[] => {
  const strings = [...plan.oemStrings, ...secrets.map(({ name, value }) => credentialString(name, value))]
  const { problems } = checkSmbiosStrings(plan.spec.name, strings, plan.image?.systemd)
  if (problems.length > 0 || plan.image === undefined) return [...problems]
  const bytes = Buffer.byteLength(JSON.stringify(createBody(plan, plan.image, secrets)))
  if (bytes <= MAX_BODY) return []
  return [
    {
      code: 'CREDENTIAL_TOO_LARGE',
      at: ['machines', plan.spec.name, 'credentials'],
      message: `The machine with its credentials is a request of ${bytes} bytes; cloud-hypervisor takes ${MAX_BODY}.`,
      fix: 'Put large values into a volume or share.',
    },
  ]
}
