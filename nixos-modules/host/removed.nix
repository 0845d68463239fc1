# Options of microvm.nix's host module that mean nothing here, with what to write instead.
{ lib, ... }:
let
  removed = {
    "autostart" = "Use microvm.vms.NAME.autostart; it is on by default.";
    "host.startupTimeout" = "Use microvm.startTimeout in the guest.";
    "host.useNotifySockets" = "A unit is always active when its guest says that it is ready; microvm.ready in the guest says what that is.";
    "stateDir" = "Machines have their files in /var/lib/microvm/NAME. Move them there, or name volumes by absolute paths.";
  };
in
{
  imports = lib.mapAttrsToList (
    name: advice: lib.mkRemovedOptionModule ([ "microvm" ] ++ lib.splitString "." name) advice
  ) removed;
}
