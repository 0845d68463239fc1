import * as z from 'zod'

export const Platform = z
  .strictObject({
    oemStrings: z
      .array(z.string().min(1))
      .max(200)
      .optional()
      .describe('Extra SMBIOS type 11 strings, public ones: for secrets use `credentials`.'),
    uuid: z
      .uuid({ error: 'a UUID such as "6d0f2b1e-8b7c-4c7e-9a55-0d2f6f1c3a10"' })
      .optional()
      .describe(
        "SMBIOS system UUID; an empty /etc/machine-id is filled from it (machine-id(5)). Default: derived from the machine's name.",
      ),
    serialNumber: z.string().optional().describe('SMBIOS system serial number.'),
    manufacturer: z.string().optional().describe('SMBIOS system manufacturer.'),
    productName: z.string().optional().describe('SMBIOS system product name.'),
    version: z.string().optional().describe('SMBIOS system version.'),
    skuNumber: z.string().optional().describe('SMBIOS system SKU number.'),
    family: z.string().optional().describe('SMBIOS system family.'),
    assetTag: z.string().optional().describe('SMBIOS chassis asset tag.'),
    numPciSegments: z.int().min(1).max(96).optional().describe('Number of PCI segments. Default: 1.'),
    iommuSegments: z
      .array(z.int().nonnegative())
      .optional()
      .describe('PCI segments that lie behind the virtual IOMMU as a whole. Default: none.'),
    iommuAddressWidth: z
      .int()
      .min(1)
      .max(64)
      .optional()
      .describe('Address width of the virtual IOMMU, in bits. Default: 64.'),
  })
  .describe('What SMBIOS and the PCI root tell the guest.')
