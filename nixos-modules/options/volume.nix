{ lib, t }:
let
  inherit (lib.types)
    bool
    enum
    ints
    listOf
    nonEmptyStr
    str
    ;
in
t.table (
  {
    image = t.required nonEmptyStr ''
      Path of the image file; relative ones lie in the machine's state directory. Block devices are allowed.
    '';
    size = t.optional t.size "Needed when the image is to be created. An existing image is never resized.";
    autoCreate = t.optional bool "Create the image, with a file system, when it does not exist. Default: true.";
    fsType = t.optional (enum [
      "ext4"
      "xfs"
      "btrfs"
      "vfat"
      "swap"
      "none"
    ]) ''
      File system of a created image; "swap" makes a swap area, which the guest swaps on; "none" leaves it empty. Default: "ext4".
    '';
    label = t.optional (t.text 16) "File system label of a created image.";
    mkfsExtraArgs = t.optional (listOf str) ''
      Further arguments of mkfs when the image is created, e.g. ["-m", "0"].
    '';
    mountPoint = t.optional t.absolutePath ''
      Where the guest mounts it. A NixOS guest has it in its own `fileSystems`, where options can be added.
    '';
    root = t.optional bool ''
      This volume is the guest's `/`, below which the read-only store is mounted. Default: false: a tmpfs is.
    '';
    readOnly = t.optional bool "Default: false.";
    imageType = t.optional (enum [
      "raw"
      "qcow2"
      "vhd"
      "vhdx"
    ]) ''Default: "raw". Never guessed.'';
    backingFiles = t.optional bool "Allow a qcow2 backing chain; trust the image then. Default: false.";
    direct = t.optional bool "O_DIRECT, past the host's page cache. Default: false.";
    serial = t.optional (t.text 20) ''
      Guest finds it as /dev/disk/by-id/virtio-SERIAL. At most 20 bytes. Default: volN.
    '';
    sparse = t.optional bool "Punch holes on discard. Default: true.";
    queues = t.optional ints.positive "Request queues, at most one per vCPU. Default: 1.";
    queueSize = t.optional t.queueSize "A power of two. Default: 128.";
    lockGranularity = t.optional (enum [
      "byte-range"
      "full"
    ]) ''How cloud-hypervisor 52 and newer lock the image. Default: "byte-range".'';
    rateLimit = t.optional t.rateLimit "Token buckets, as cloud-hypervisor's docs/io_throttling.md defines them.";
    rateLimitGroup = t.optional nonEmptyStr ''
      Name of a limit in rateLimitGroups, shared with other volumes. Excludes rateLimit.
    '';
    vhostUserSocket = t.optional nonEmptyStr ''
      Use the vhost-user-blk back-end on this socket; `image` is then only a name.
    '';
  }
  // t.pci
)
