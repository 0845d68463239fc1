# The taps that machines name, each owned by its machine's user. Every file here is a default: what the host's own
# configuration has for a tap comes before it, or stands in its place.
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
  isMultiQueue = tap: (tap.queues or 1) > 1;
  severalQueues = lib.filter isMultiQueue taps;
  networkd = config.networking.useNetworkd or false;

  netdevs = config.systemd.network.netdevs or { };
  networks = config.systemd.network.networks or { };
  # networkd takes the first file that matches, over the names of all: ours sort after every other one.
  zs = name: lib.stringLength (lib.head (builtins.match "(z*).*" name));
  last = lib.concatStrings (
    lib.genList (_: "z") (1 + lib.foldl' lib.max 2 (map zs (lib.attrNames (netdevs // networks))))
  );
  # The host's own configuration makes this device.
  isMade = tap: lib.any (netdev: (netdev.netdevConfig.Name or null) == tap.id) (lib.attrValues netdevs);

  netdevOf = tap: {
    name = "${last}-microvm-${tap.id}.netdev";
    value.text = ''
      [NetDev]
      Name=${tap.id}
      Kind=tap

      [Tap]
      MultiQueue=${lib.boolToString (isMultiQueue tap)}
      User=${machineUser tap.machine}
    '';
  };
  # The host does not ask its guest for an address, a route and a name server, nor take them from it. A tap has no carrier for as
  # long as its machine does not run: the host is online without.
  networkOf = tap: {
    name = "${last}-microvm-${tap.id}.network";
    value.text = ''
      [Match]
      Name=${tap.id}

      [Link]
      RequiredForOnline=no

      [Network]
      DHCP=no
      IPv6AcceptRA=no
    '';
  };
  # Made by NixOS of networking.interfaces, networking.bridges and the like, which cannot say so themselves.
  ofNixos = lib.filter (
    tap: networks ? "40-${tap.id}" && !(networks."40-${tap.id}".linkConfig ? RequiredForOnline)
  ) taps;
in
{
  config = lib.mkIf host.enable {
    systemd.network = lib.mkIf (host.createTaps && networkd) {
      units = lib.listToAttrs (map netdevOf (lib.filter (tap: !isMade tap) taps) ++ map networkOf taps);
    };
    environment.etc = lib.mkIf (host.createTaps && networkd) (
      lib.listToAttrs (
        map (tap: {
          name = "systemd/network/40-${tap.id}.network.d/microvm.conf";
          value.text = ''
            [Link]
            RequiredForOnline=no
          '';
        }) ofNixos
      )
    );

    networking.interfaces = lib.mkIf host.createTaps (
      lib.listToAttrs (
        map (tap: {
          name = tap.id;
          value = lib.mkIf (!networkd) {
            virtual = lib.mkDefault true;
            virtualType = lib.mkDefault "tap";
            virtualOwner = lib.mkDefault (machineUser tap.machine);
            useDHCP = lib.mkDefault false;
          };
        }) taps
      )
    );

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
