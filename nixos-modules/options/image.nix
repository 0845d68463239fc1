# The image of a NixOS guest: files the guest module builds. Set them only to boot something else with the same machine.
{ lib }:
let
  t = import ./types.nix { inherit lib; };
  inherit (lib.types)
    bool
    enum
    ints
    str
    ;
in
{
  kernel = t.required str "A bzImage, or a vmlinux with a PVH note. Default: the guest's kernel.";
  initrd = t.optional str "Initial RAM disk. Default: none. In a NixOS guest: its own.";
  root = t.optional str "Disk image or file system of the root. Default: `microvm.storeDisk`.";
  rootImageType = t.optional (enum [
    "raw"
    "qcow2"
  ]) ''Default: "raw".'';
  rootReadOnly = t.optional bool "Default: true.";
  cmdline = t.optional str ''
    Kernel command line of the image, e.g. "root=/dev/vda ro". kernelParams come after it. Default: `boot.kernelParams`
    and the guest's init.
  '';
  systemd = t.optional ints.positive ''
    Version of systemd in the image, if known: warns early where readiness needs a newer one. Default: the guest's.
  '';
}
