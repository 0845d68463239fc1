import { credentialString } from '../../../plan/credential-string.ts'
import type { Plan } from '../../../plan/plan.ts'
import { isAtLeast } from '../../../plan/version.ts'
import type { Secret } from '../../contract.ts'
import { SINCE } from '../capabilities.ts'

/** PlatformConfig. aarch64 has no SMBIOS: the strings would be dropped without a word, so they are not sent. */
export const platform = ({ spec, oemStrings, arch, hypervisor }: Plan, secrets: readonly Secret[]) => {
  const { platform: wanted } = spec
  const strings = [...oemStrings, ...secrets.map(({ name, value }) => credentialString(name, value))]
  const renamed = isAtLeast(hypervisor.program.numbers, SINCE.systemStrings)
  const identity = {
    [renamed ? 'system_uuid' : 'uuid']: wanted.uuid,
    ...(wanted.serialNumber === undefined
      ? {}
      : { [renamed ? 'system_serial_number' : 'serial_number']: wanted.serialNumber }),
  }
  const texts = {
    system_manufacturer: wanted.manufacturer,
    system_product_name: wanted.productName,
    system_version: wanted.version,
    system_sku_number: wanted.skuNumber,
    system_family: wanted.family,
    chassis_asset_tag: wanted.assetTag,
  }
  return {
    num_pci_segments: wanted.numPciSegments,
    ...(wanted.iommuSegments.length === 0 ? {} : { iommu_segments: wanted.iommuSegments }),
    ...(wanted.iommuAddressWidth === undefined ? {} : { iommu_address_width_bits: wanted.iommuAddressWidth }),
    ...identity,
    ...Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== undefined)),
    ...(arch === 'x86_64' ? { oem_strings: strings } : {}),
  }
}
