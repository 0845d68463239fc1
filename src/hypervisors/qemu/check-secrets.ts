import type { Problem } from '../../errors/problem.ts'
import { credentialString } from '../../plan/credential-string.ts'
import type { Plan } from '../../plan/plan.ts'
import { checkSmbiosStrings } from '../../plan/smbios-limits.ts'
import type { Secret } from '../contract.ts'

/** Whether the secrets fit the SMBIOS area. */
export const checkSecrets = (plan: Plan, secrets: readonly Secret[]): Problem[] => {
  const strings = [...plan.oemStrings, ...secrets.map(({ name, value }) => credentialString(name, value))]
  return [...checkSmbiosStrings(plan.spec.name, strings, plan.image?.systemd).problems]
}
