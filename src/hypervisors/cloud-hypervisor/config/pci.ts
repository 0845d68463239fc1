/** Keys every PCI device has. `iommu` only when on: older versions do not know it for all of them. */
export const pciKeys = (device: {
  readonly id: string
  readonly pciSegment: number
  readonly iommu: boolean
}): { id: string; pci_segment: number; iommu?: true } => ({
  id: device.id,
  pci_segment: device.pciSegment,
  ...(device.iommu ? { iommu: true as const } : {}),
})
