{ lib, t }:
let
  inherit (lib.types)
    attrsOf
    bool
    either
    enum
    listOf
    nonEmptyStr
    strMatching
    ;
  consoleDevice = enum [
    "serial"
    "virtio"
    "off"
  ];
in
{
  volumes = t.many (import ./volume.nix { inherit lib t; }) "Disks, in the order the guest sees them after its root disk.";
  interfaces = t.many (import ./interface.nix { inherit lib t; }) "Network interfaces. Default: none.";
  shares = t.many (import ./share.nix { inherit lib t; }) "Host directories shared by virtio-fs.";
  devices = t.many (t.table (
    {
      crosvm = t.gone "Remove it: only cloud-hypervisor and QEMU are driven.";
      qemu = t.gone "Use extraArgs.qemu.";
      bus = t.required (t.enumInsteadOf "instead of a USB device pass its whole controller through" [ "pci" ]) "Only PCI: cloud-hypervisor has no USB.";
      path = t.required (strMatching "[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}[.][0-7]") ''
        PCI address, e.g. "0000:01:00.0", bound to vfio-pci.
      '';
    }
    // t.pci
  )) "Host PCI devices passed through (VFIO).";

  vsock = {
    cid = t.optional (lib.types.ints.between 3 4294967294) ''
      Context id of the guest. Not host-global: every machine has a socket of its own. Default: 3.
    '';
    ssh = t.gone "Remove it: a guest with sshd and systemd 256 or newer listens on vsock port 22 by itself.";
    notifyPort = t.optional t.vsockPort "Port the guest's READY=1 arrives on. Default: 1234.";
    ports = t.named (t.table {
      port = t.required t.vsockPort "The vsock port.";
      socket = t.optional nonEmptyStr "Unix socket on the host, relative to the definition file.";
    }) ''
      Names for ports. With `socket`: what the guest sends to CID 2 on that port is linked to that Unix socket of the
      host.
    '';
  };

  console =
    t.optional
      (either consoleDevice (
        t.table {
          device = t.optional consoleDevice ''Default: "serial".'';
          login = t.optional bool "Whether the guest may start its login prompt on it. Default: true.";
        }
      ))
      ''
        Console that is logged and that `microvm console` talks to: ttyS0, hvc0 or none. Default: "serial".
      '';

  rng.source = t.optional nonEmptyStr "Device or file the entropy is read from.";
  watchdog = t.optional bool "virtio watchdog: a guest that stops answering is reset. Default: false.";
  pvpanic = t.optional bool "Report guest kernel panics. Default: true.";
  tpm.socket = t.optional nonEmptyStr "Socket of a running swtpm(8).";
  rateLimitGroups = t.named t.rateLimit "Rate limits that several volumes share (volume.rateLimitGroup).";
}
