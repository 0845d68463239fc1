{ lib, t }:
let
  inherit (lib.types) bool;
in
{
  mem = t.optional t.size ''Memory at boot. Default: "512M".'';
  hotplugMem = t.sizeOrNone "Memory that can be added by virtio-mem on top of `mem`. Default: none.";
  hotpluggedMem = t.sizeOrNone "Part of `hotplugMem` that is plugged in at boot.";
  hugepageMem = t.optional bool "Back guest memory by huge pages. Default: false.";
  hugepageSize = t.optional t.size "Size of those huge pages, a power of two. Default: the host's.";
  sharedMem = t.optional bool ''
    Share guest memory with other processes, as vhost-user devices need. Default: on when one of them is used.
  '';
  mergeableMem = t.optional bool "Let the kernel merge equal pages (KSM). Excludes sharedMem. Default: false.";
  prefaultMem = t.optional bool "Populate guest memory at start. Default: false.";
  thp = t.optional bool "Transparent huge pages for guest memory. Default: true.";
  balloon = t.optional bool ''
    Memory balloon with free page reporting: pages the guest frees go back to the host. Default: false.
  '';
  initialBalloonMem = t.sizeOrNone "Memory the balloon takes from the guest at boot. Default: none.";
  deflateOnOOM = t.optional bool "Give balloon memory back when the guest runs out. Default: true.";
}
