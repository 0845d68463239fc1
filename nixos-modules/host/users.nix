# A user per declared machine, so that its files, taps and devices can be given to it; undeclared ones get a dynamic user.
{ config, lib, ... }:
let
  inherit (config.microvm) host vms;
  inherit (import ./machine-user.nix { inherit lib; }) machineUser;
  taps = lib.concatLists (
    lib.mapAttrsToList (
      name: vm:
      map (interface: interface // { machine = name; }) (
        lib.filter (interface: interface.type == "tap") (vm.declared.interfaces or [ ])
      )
    ) vms
  );
  # A tap has several queues or it has not, by how it is made; only systemd-networkd can be told so.
  severalQueues = lib.filter (tap: (tap.queues or 1) > 1) taps;
  networkd = config.networking.useNetworkd or false;
in
{
  config = lib.mkIf host.enable {
    users.users = lib.mapAttrs' (
      name: _:
      lib.nameValuePair (machineUser name) {
        isSystemUser = true;
        group = machineUser name;
        extraGroups = [ "kvm" ];
        description = "microVM ${name}";
      }
    ) vms;
    users.groups = {
      # Its members may start and stop machines.
      microvm.members = host.operators;
    }
    // lib.mapAttrs' (name: _: lib.nameValuePair (machineUser name) { }) vms;

    security.polkit.extraConfig = lib.mkIf config.security.polkit.enable ''
      polkit.addRule(function (action, subject) {
        if (action.id !== 'org.freedesktop.systemd1.manage-units' || !subject.isInGroup('microvm')) return
        var unit = action.lookup('unit')
        var verb = action.lookup('verb')
        var verbs = ['start', 'stop', 'restart', 'reset-failed']
        if (/^microvm(@[a-z0-9-]+[.]service|s[.]target)$/.test(unit) && verbs.indexOf(verb) >= 0) return polkit.Result.YES
      })
    '';

    networking.interfaces = lib.mkIf host.createTaps (
      lib.listToAttrs (
        map (tap: {
          name = tap.id;
          value = {
            virtual = true;
            virtualType = "tap";
            virtualOwner = machineUser tap.machine;
            # The host does not ask its guest for an address, a route and a name server.
            useDHCP = lib.mkDefault false;
          };
        }) taps
      )
    );
    systemd.network = lib.mkIf (host.createTaps && networkd) {
      netdevs = lib.listToAttrs (
        map (tap: lib.nameValuePair "40-${tap.id}" { tapConfig.MultiQueue = true; }) severalQueues
      );
      # It has no carrier for as long as its machine does not run: the host is online without.
      networks = lib.listToAttrs (
        map (tap: lib.nameValuePair "40-${tap.id}" { linkConfig.RequiredForOnline = lib.mkDefault "no"; }) taps
      );
    };

    assertions = lib.optionals (host.createTaps && !networkd) (
      map (tap: {
        assertion = false;
        message = ''
          microvm.vms.${tap.machine}: the interface ${tap.id} has ${toString tap.queues} queues, and without systemd-networkd NixOS makes taps of one queue.
          Set networking.useNetworkd = true, or microvm.host.createTaps = false and make the tap yourself (ip tuntap add … multi_queue).
        '';
      }) severalQueues
    );
  };
}
