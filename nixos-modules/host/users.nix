# A user per declared machine, so that its files, taps and devices can be given to it; undeclared ones get a dynamic user.
{ config, lib, ... }:
let
  inherit (config.microvm) host vms;
  inherit (import ./machine-user.nix { inherit lib; }) machineUser;
in
{
  config = lib.mkIf host.enable {
    users.users = lib.mapAttrs' (
      name: _:
      lib.nameValuePair (machineUser name) {
        isSystemUser = true;
        group = lib.mkDefault (machineUser name);
        extraGroups = [ "kvm" ];
        description = lib.mkDefault "microVM ${name}";
      }
    ) vms;
    users.groups = {
      # Its members may start and stop machines.
      microvm.members = host.operators;
    }
    // lib.mapAttrs' (name: _: lib.nameValuePair (machineUser name) { }) vms;

    # After the rules of the host's own configuration: the first that answers decides.
    security.polkit.extraConfig = lib.mkIf config.security.polkit.enable (lib.mkAfter ''
      polkit.addRule(function (action, subject) {
        if (action.id !== 'org.freedesktop.systemd1.manage-units' || !subject.isInGroup('microvm')) return
        var unit = action.lookup('unit')
        var verb = action.lookup('verb')
        var verbs = ['start', 'stop', 'restart', 'reset-failed']
        if (/^microvm(@[a-z0-9-]+[.]service|s[.]target)$/.test(unit) && verbs.indexOf(verb) >= 0) return polkit.Result.YES
      })
    '');
  };
}
