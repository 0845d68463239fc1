{ lib, t }:
let
  inherit (lib.types)
    bool
    enum
    listOf
    nonEmptyStr
    str
    ;
in
t.table (
  {
    tag = t.required (t.text 36) "virtio-fs tag; at most 36 bytes.";
    source = t.required nonEmptyStr ''
      Directory on the host; relative to the definition file. In a NixOS guest the definition lies in the store, so the
      path must be absolute.
    '';
    mountPoint = t.optional t.absolutePath ''
      Where the guest mounts it. A NixOS guest has it in its own `fileSystems`, where options can be added.
    '';
    proto = t.optional (t.enumInsteadOf "remove proto: shares are virtio-fs, which is faster than 9p and keeps owners and locks" [
      "virtiofs"
    ]) "For microvm.nix's users; 9p is not offered.";
    securityModel = t.gone "Remove it: it is an option of 9p, and shares are virtio-fs.";
    readOnly = t.optional bool "Default: false.";
    cache = t.optional (enum [
      "auto"
      "always"
      "never"
      "metadata"
    ]) ''virtiofsd --cache. Default: "auto".'';
    posixAcl = t.optional bool "POSIX ACLs; needs xattr. Default: false.";
    xattr = t.optional bool "Extended attributes. Default: on when posixAcl is.";
    extraArgs = t.optional (listOf str) ''
      For virtiofsd(1). Who owns what in the share is decided by "microvm plan"; --uid-map, --translate-uid and their like
      replace that.
    '';
    socket = t.optional nonEmptyStr "Use a virtiofsd that runs already.";
    queueSize = t.optional t.queueSize "Default: 1024.";
  }
  // t.pci
)
