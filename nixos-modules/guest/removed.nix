# Options of microvm.nix that mean nothing here: who moves over is told what to write instead. The same names and advice as
# for definitions (src/definition/microvm-nix-names.ts); a test compares the two lists. test/nix/microvm-nix-options.json has
# every name microvm.nix ever had, and a test gives each of them a value.
{
  config,
  lib,
  options,
  ...
}:
let
  vmm = ''Remove it: only cloud-hypervisor and QEMU are driven. hypervisor = "auto" takes what the host has.'';
  removed = {
    alioth = vmm;
    balloonDelay = "Use balloon = true: the guest gives pages back as it frees them.";
    balloonMem = ''Use balloon = true, and initialBalloonMem = "…" for what the balloon takes at boot.'';
    binScripts = "Run such scripts yourself; the runner has one program, microvm-NAME.";
    bootDisk = "Remove it: the kernel is given to the hypervisor directly.";
    bootDiskType = "Remove it: the kernel is given to the hypervisor directly, and the store disk is always EROFS.";
    cloud-hypervisor = "Use extraArgs.cloud-hypervisor, extraConfig.cloud-hypervisor and platform.oemStrings.";
    credentialFiles = ''Use credentials.NAME = { file = "…"; }.'';
    crosvm = vmm;
    declaredRunner = "Use microvm.runner.";
    deploy = "Deploy the host (microvm.vms), or copy microvm.definition with nix copy.";
    extraArgsScript = "Use extraArgs (constant) or extraConfig; nothing is computed by a script at start.";
    firecracker = vmm;
    forwardPorts = ''Move it into the interface of type "user": interfaces = [ { type = "user"; id = "…"; forwardPorts = [ … ]; } ].'';
    graphics = "Machines have a console and a network, no screen.";
    initrdPath = "Use image.initrd.";
    kernel = "Use boot.kernelPackages, or image.kernel for a file.";
    kernelBtf = "Use boot.kernelPackages, or boot.kernelPatches for options of the kernel.";
    kernelPath = "Use image.kernel.";
    kvmtool = vmm;
    machineId = "Use platform.uuid: an empty /etc/machine-id is filled from it.";
    macvtapScripts = ''Make the macvtap device on the host (systemd.network.netdevs), and name it: interfaces = [ { type = "macvtap"; id = "…"; } ].'';
    notifySupport = ''Use ready = "process" where the guest does not say that it is ready.'';
    preStart = ''Use systemd.services."microvm@NAME".preStart on the host.'';
    prettyProcnames = "`microvm ps` shows which process belongs to which machine.";
    qemu = "Use extraArgs.qemu.";
    registerWithMachined = "`microvm ps` lists the machines.";
    socket = "`microvm plan` shows where the sockets of a machine are.";
    storeDiskSquashfsFlags = "The store disk is EROFS: use storeDiskErofsFlags.";
    storeDiskType = "The store disk is always EROFS.";
    storeOnBootDisk = "The store of a guest is always on its disk.";
    storeOnDisk = "The store of a guest is always on its disk.";
    stratovirt = vmm;
    systemSymlink = "microvm.definition names everything a machine is made of.";
    tapScripts = "The host makes the taps that its machines name (microvm.host.createTaps).";
    user = "Run the runner as that user; under systemd every machine has a user of its own.";
    vfkit = vmm;
    virtiofsd = ''Use extraArgs of the share: shares = [ { extraArgs = [ "…" ]; … } ].'';
    virtiofsdScripts = "virtiofsd is started and stopped with the machine.";
    vmHostPackages = "Set microvm.package to the program for the host.";
    writableStore = ''Use writableStoreOverlay = "/nix/.rw-store".'';
  };
  gone = import ../gone.nix { inherit lib; };
in
{
  options.microvm = gone.declare removed;

  config = lib.mkIf config.microvm.guest.enable {
    assertions =
      map
        (found: {
          assertion = false;
          message = gone.sayGone "the machine ${config.microvm.name}" found;
        })
        (
          gone.declared options.microvm removed
          ++ gone.goneIn "microvm" (import ../options/machine.nix { inherit lib; }) config.microvm
        );
  };
}
