import type { Machine } from '../definition/schema.ts'
import type { PlatformSpec } from './machine-spec.ts'
import { stableUuid } from './stable-identity.ts'

export const platformSpec = (machine: string, given: NonNullable<Machine['platform']>): PlatformSpec => ({
  oemStrings: given.oemStrings ?? [],
  uuid: given.uuid?.toLowerCase() ?? stableUuid(machine),
  serialNumber: given.serialNumber,
  manufacturer: given.manufacturer,
  productName: given.productName,
  version: given.version,
  skuNumber: given.skuNumber,
  family: given.family,
  assetTag: given.assetTag,
  numPciSegments: given.numPciSegments ?? 1,
  iommuSegments: given.iommuSegments ?? [],
  iommuAddressWidth: given.iommuAddressWidth,
})
