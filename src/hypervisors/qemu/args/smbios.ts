import type { SecretFile } from '../../../invocation/invocation.ts'
import { join } from 'node:path'
import { credentialString } from '../../../plan/credential-string.ts'
import type { Plan } from '../../../plan/plan.ts'
import type { Secret } from '../../contract.ts'
import { keyval } from '../keyval.ts'

/**
 * SMBIOS type 1 (system), 3 (chassis) and 11 (OEM strings). Public strings are arguments; each secret is a file of its own
 * (`path=`, taken as it is up to its end), so that no value is seen in the list of processes. The order is kept.
 */
export const smbiosArgs = (
  { spec, places, oemStrings }: Plan,
  secrets: readonly Secret[],
): { args: string[]; files: SecretFile[] } => {
  const { platform } = spec
  const files = secrets.map(({ name, value }, index) => ({
    // Not by their names, which may be as long as a file's name can be.
    path: join(places.secrets, String(index)),
    content: credentialString(name, value),
  }))
  return {
    args: [
      '-smbios',
      keyval(undefined, {
        type: 1,
        manufacturer: platform.manufacturer,
        product: platform.productName,
        version: platform.version,
        serial: platform.serialNumber,
        uuid: platform.uuid,
        sku: platform.skuNumber,
        family: platform.family,
      }),
      ...(platform.assetTag === undefined
        ? []
        : ['-smbios', keyval(undefined, { type: 3, asset: platform.assetTag })]),
      ...oemStrings.flatMap((value) => ['-smbios', keyval(undefined, { type: 11, value })]),
      ...files.flatMap(({ path }) => ['-smbios', keyval(undefined, { type: 11, path })]),
    ],
    files,
  }
}
