# Options of microvm.nix that mean nothing here: who moves over is told what to write instead. The same names and advice as
# for definitions (src/definition/microvm-nix-names.ts); a test compares the two lists.
{ lib, ... }:
let
  removed = {
    alioth = "Only cloud-hypervisor and QEMU are driven.";
    balloonMem = ''Use balloon = true, and initialBalloonMem = "…" for what the balloon takes at boot.'';
    binScripts = "Run such scripts yourself; the runner has one program, microvm-NAME.";
    bootDisk = "The kernel is given to the hypervisor directly.";
    cloud-hypervisor = "Use extraArgs.cloud-hypervisor, extraConfig.cloud-hypervisor and platform.oemStrings.";
    credentialFiles = ''Use credentials.NAME = { file = "…"; }.'';
    crosvm = "Only cloud-hypervisor and QEMU are driven.";
    declaredRunner = "Use microvm.runner.";
    deploy = "Deploy the host (microvm.vms), or copy microvm.definition with nix copy.";
    extraArgsScript = "Use extraArgs (constant) or extraConfig; nothing is computed by a script at start.";
    firecracker = "Only cloud-hypervisor and QEMU are driven.";
    forwardPorts = ''Move it into the interface of type "user": interfaces = [ { type = "user"; id = "…"; forwardPorts = [ … ]; } ].'';
    graphics = "Machines have a console and a network, no screen.";
    initrdPath = "Use image.initrd.";
    kernel = "Use boot.kernelPackages, or image.kernel for a file.";
    kvmtool = "Only cloud-hypervisor and QEMU are driven.";
    machineId = "Use platform.uuid: an empty /etc/machine-id is filled from it.";
    preStart = "Use preStart of systemd.services.\"microvm@NAME\" on the host.";
    prettyProcnames = "`microvm ps` shows which process belongs to which machine.";
    qemu = "Use extraArgs.qemu.";
    registerClosure = "The store is on a disk of its own. A guest that runs Nix loads its database itself.";
    registerWithMachined = "`microvm ps` lists the machines.";
    socket = "`microvm plan` shows where the sockets of a machine are.";
    storeDiskSquashfsFlags = "The store disk is EROFS: use storeDiskErofsFlags.";
    storeDiskType = "The store disk is always EROFS.";
    storeOnDisk = "The store of a guest is always on its disk.";
    stratovirt = "Only cloud-hypervisor and QEMU are driven.";
    systemSymlink = "microvm.definition names everything a machine is made of.";
    user = "Run the runner as that user; under systemd every machine has a user of its own.";
    vfkit = "Only cloud-hypervisor and QEMU are driven.";
    virtiofsd = ''Use extraArgs of the share: shares = [ { extraArgs = [ "…" ]; … } ].'';
    vmHostPackages = "Set microvm.package to the program for the host.";
    writableStoreOverlay = "Mount an overlay over /nix/store with fileSystems, or use a volume with root = true for the rest.";
  };
in
{
  imports = lib.mapAttrsToList (
    name: advice:
    lib.mkRemovedOptionModule [
      "microvm"
      name
    ] advice
  ) removed;
}
