# What machines of one host cannot both have. The engine checks each definition; only the host sees all of them.
# The context id is not among it: every machine's vsock is a socket of its own, so two may have the same.
{ config, lib, ... }:
let
  inherit (config.microvm) host vms;
  known = lib.filterAttrs (_: vm: vm.machine != null) vms;
  afterOf = vm: vm.after ++ (if vm.machine == null then [ ] else vm.machine.after or [ ]);

  # what → machine → the values it claims
  claims = {
    "tap or macvtap device" =
      machine:
      map (interface: interface.id) (
        lib.filter (
          { type, ... }:
          lib.elem type [
            "tap"
            "macvtap"
          ]
        ) (machine.interfaces or [ ])
      );
    "MAC address" =
      machine:
      map (interface: lib.toLower interface.mac) (
        lib.filter (interface: interface ? mac && interface.type != "user") (machine.interfaces or [ ])
      );
    "disk image" =
      machine:
      map (volume: volume.image) (
        lib.filter (volume: lib.hasPrefix "/" volume.image && !(volume.readOnly or false)) (machine.volumes or [ ])
      );
    "PCI device" = machine: map (device: device.path) (machine.devices or [ ]);
    "port of the host" =
      machine:
      lib.concatMap (
        interface:
        map (
          forward: "${forward.host.address or "127.0.0.1"} ${forward.proto or "tcp"} ${toString forward.host.port}"
        ) (interface.forwardPorts or [ ])
      ) (machine.interfaces or [ ]);
    "UUID" = machine: lib.optional (machine ? platform.uuid) machine.platform.uuid;
  };

  # Claims of one kind: [ { machine; value; } ], grouped by value, and those with more than one owner.
  clashes =
    what:
    lib.filterAttrs (_: owners: lib.length owners > 1) (
      lib.mapAttrs (_: map ({ machine, ... }: machine)) (
        lib.groupBy ({ value, ... }: value) (
          lib.concatLists (
            lib.mapAttrsToList (
              machine: vm: map (value: { inherit machine value; }) (lib.unique (claims.${what} vm.machine))
            ) known
          )
        )
      )
    );

  sources = vm: lib.count (source: source != null) [
    vm.config
    vm.flake
    vm.definition
  ];
  ordered = lib.toposort (earlier: later: lib.elem earlier (afterOf vms.${later})) (lib.attrNames vms);
in
{
  config = lib.mkIf host.enable {
    assertions =
      lib.concatLists (
        lib.mapAttrsToList (name: vm: [
          {
            assertion = builtins.match "[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?" name != null;
            message = ''
              microvm.vms: "${name}" is no name for a machine.
              Use a-z, 0-9 and "-" (not at either end), at most 48 characters.
            '';
          }
          {
            assertion = sources vm == 1;
            message = ''
              microvm.vms.${name} has ${toString (sources vm)} sources.
              Set exactly one of config, flake and definition.
            '';
          }
        ]) vms
      )
      ++ lib.concatLists (
        lib.mapAttrsToList (
          name: vm:
          map (other: {
            assertion = vms ? ${other};
            message = ''
              microvm.vms.${name} comes after "${other}", and there is no machine of that name on this host.
              Define microvm.vms.${other}, or remove it from `after`.
            '';
          }) (afterOf vm)
        ) vms
      )
      ++ [
        {
          assertion = ordered ? result;
          message = ''
            microvm.vms: ${lib.concatStringsSep " waits for " (ordered.cycle or [ ])} …: they wait for each other in a circle.
            Remove one of these names from its `after`.
          '';
        }
      ]
      ++ lib.concatMap (
        what:
        lib.mapAttrsToList (value: owners: {
          assertion = false;
          message = ''
            microvm.vms: ${lib.concatStringsSep " and " owners} have the same ${what}, ${value}.
            Give each of them its own.
          '';
        }) (clashes what)
      ) (lib.attrNames claims);
  };
}
