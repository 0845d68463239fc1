import type { MachineBody } from '../machine-spec-of.ts'
import { type Finding, type Rule, clash, those, wrong } from './rule.ts'

const LISTS = ['volumes', 'interfaces', 'shares', 'devices'] as const

/** Segments as `PciDeviceCommonConfig::validate` of cloud-hypervisor checks them at boot. */
export const pciRules: Rule = {
  reads: ['platform', ...LISTS],
  check: (body) => [
    ...body.platform.iommuSegments.flatMap((segment, index) => [
      ...unknownSegment(body, segment, ['platform', 'iommuSegments', index]),
      ...firstSegment(segment, ['platform', 'iommuSegments', index]),
    ]),
    ...LISTS.flatMap((list) =>
      body[list].flatMap(({ pciSegment, iommu }, index): Finding[] => [
        ...unknownSegment(body, pciSegment, [list, index, 'pciSegment']),
        ...those(
          pciSegment !== 0 &&
            body.platform.iommuSegments.includes(pciSegment) &&
            !iommu &&
            clash(
              [list, index, 'iommu'],
              `is not true, but PCI segment ${pciSegment} lies behind the virtual IOMMU as a whole.`,
              `platform.iommuSegments names segment ${pciSegment}, so every device on it is behind the IOMMU.`,
              'Add iommu = true, or choose another pciSegment.',
            ),
        ),
      ]),
    ),
  ],
}

/** The devices every machine has (vsock, entropy, console) lie on segment 0, without an IOMMU. */
const firstSegment = (segment: number, at: Finding['at']): Finding[] =>
  those(
    segment === 0 &&
      wrong(
        at,
        'is 0, a segment that cannot lie behind the virtual IOMMU as a whole.',
        'The vsock and entropy devices of the machine are there, and they are not behind it.',
        'Name a segment of its own: platform = { numPciSegments = 2, iommuSegments = [1] }, and pciSegment = 1 for its devices.',
      ),
  )

const unknownSegment = ({ platform }: MachineBody, segment: number, at: Finding['at']): Finding[] =>
  those(
    segment >= platform.numPciSegments &&
      wrong(
        at,
        `is ${segment}, a PCI segment this machine does not have.`,
        `It has ${platform.numPciSegments} (platform.numPciSegments), counted from 0.`,
        `Set platform.numPciSegments to at least ${segment + 1}, or choose a lower segment.`,
      ),
  )
