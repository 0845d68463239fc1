{ lib, t }:
let
  inherit (lib) types;
  inherit (types.ints) between positive unsigned;
in
t.tableInsteadOf
  "microvm.nix has a model of QEMU here: remove it, guests see the CPU of the host. The table has max, topology, affinity and features"
  {
    max = t.optional (between 1 255) "Maximal number of vCPUs the machine can be resized to. Default: vcpu.";
    topology = {
      threadsPerCore = t.optional (between 1 2) "Default: 1.";
      coresPerDie = t.optional positive "Default: 1.";
      diesPerPackage = t.optional positive "Default: 1.";
      packages = t.optional positive "Sockets. Default: 1.";
    };
    affinity = t.many (t.table {
      vcpu = t.required unsigned "Number of the vCPU, from 0.";
      host = t.required (types.nonEmptyListOf unsigned) "Numbers of the host CPUs it may run on.";
    }) "Pins vCPUs to host CPUs. Default: the host decides.";
    nested = t.optional types.bool ''
      Whether the guest may use hardware virtualisation itself. Default: true, cloud-hypervisor's default.
    '';
    maxPhysBits = t.optional (between 32 52) "Upper bound of the guest-physical address width, in bits. Default: 46.";
    features = t.many (types.enum [ "amx" ]) "CPU features to switch on.";
    coreScheduling =
      t.optional
        (types.enum [
          "vm"
          "vcpu"
          "off"
        ])
        ''
          Linux core scheduling of the vCPU threads (cloud-hypervisor 52 and newer). Default: vm.
        '';
  }
  "Topology, affinity and features of the CPU."
