{ lib, t }:
let
  inherit (lib.types)
    ints
    nonEmptyStr
    str
    strMatching
    ;
  hex = n: "[0-9a-fA-F]{${toString n}}";
in
{
  oemStrings = t.many nonEmptyStr "Extra SMBIOS type 11 strings, public ones: for secrets use `credentials`.";
  uuid = t.optional (strMatching "${hex 8}-${hex 4}-${hex 4}-${hex 4}-${hex 12}") ''
    SMBIOS system UUID; an empty /etc/machine-id is filled from it (machine-id(5)). Default: derived from the machine's
    name.
  '';
  serialNumber = t.optional str "SMBIOS system serial number.";
  manufacturer = t.optional str "SMBIOS system manufacturer.";
  productName = t.optional str "SMBIOS system product name.";
  version = t.optional str "SMBIOS system version.";
  skuNumber = t.optional str "SMBIOS system SKU number.";
  family = t.optional str "SMBIOS system family.";
  assetTag = t.optional str "SMBIOS chassis asset tag.";
  numPciSegments = t.optional (ints.between 1 96) "Number of PCI segments. Default: 1.";
  iommuSegments = t.many ints.unsigned ''
    PCI segments that lie behind the virtual IOMMU as a whole. Default: none.
  '';
  iommuAddressWidth = t.optional (ints.between 1 64) "Address width of the virtual IOMMU, in bits. Default: 64.";
}
