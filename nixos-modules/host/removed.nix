# Options of microvm.nix's host module that mean nothing here, with what to write instead.
{
  config,
  lib,
  options,
  ...
}:
let
  removed = {
    "autorestart" = "Use microvm.vms.NAME.restartIfChanged.";
    "autostart" = "Use microvm.vms.NAME.autostart; it is on by default.";
    "configureTapInterfaces" = "Use microvm.host.createTaps; it is on by default.";
    "declarativeUpdates" = "Machines change with the host's configuration; microvm.vms.NAME.restartIfChanged says whether they restart.";
    "host.cloud-hypervisor" = "Set microvm.host.package: it has the hypervisors on its PATH.";
    "host.startupTimeout" = "Use microvm.startTimeout in the guest.";
    "host.stopOrphans" = "A switch stops the machines that microvm.vms no longer has.";
    "host.tapScript" = "Use the host's network configuration for taps: systemd.network.netdevs, or networking.interfaces.";
    "host.useNotifySockets" = "A unit is always active when its guest says that it is ready; microvm.ready in the guest says what that is.";
    "restartOnChange" = "Use microvm.vms.NAME.restartIfChanged.";
    "stateDir" = "Machines have their files in /var/lib/microvm/NAME. Move them there, or name volumes by absolute paths.";
    "virtiofsd" = ''Use extraArgs of a share in the guest: shares = [ { extraArgs = [ "…" ]; … } ].'';
  };
  gone = import ../gone.nix { inherit lib; };
  ofMachines = options.microvm.vms.type.nestedTypes.elemType.getSubOptions [ ];
in
{
  options.microvm = gone.declare removed;

  config = lib.mkIf config.microvm.host.enable {
    assertions =
      map
        (found: {
          assertion = false;
          message = gone.sayGone "this host" found;
        })
        (gone.declared options.microvm removed)
      ++ lib.concatLists (
        lib.mapAttrsToList (
          name: vm:
          map (found: {
            assertion = false;
            message = gone.sayGone "the machine ${name}" found;
          }) (gone.goneIn "microvm.vms.${name}" (removeAttrs ofMachines [ "_module" ]) vm)
        ) config.microvm.vms
      );
  };
}
