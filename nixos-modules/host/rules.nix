# What is refused of the machines of a host, with what to do. The engine checks each definition; only the host sees all of them.
{ config, lib, ... }:
let
  inherit (config.microvm) host vms;
  inherit (import ./claims.nix { inherit lib; }) clashes;
  # The machines the host can look into; rules about one of them never hide what is wrong with another.
  known = lib.mapAttrs (_: vm: vm.declared) vms;
  afterOf = name: vms.${name}.after ++ known.${name}.after or [ ];
  inherit (import ../definition.nix { inherit lib; }) isMachineName;

  sources = vm: lib.count (source: source != null) [
    vm.config
    vm.evaluatedConfig
    vm.flake
    vm.definition
  ];
  ordered = lib.toposort (earlier: later: lib.elem earlier (afterOf later)) (lib.attrNames vms);
in
{
  config = lib.mkIf host.enable {
    assertions =
      lib.concatLists (
        lib.mapAttrsToList (name: vm: [
          {
            assertion = sources vm == 1;
            message = ''
              microvm.vms.${name} has ${toString (sources vm)} sources.
              Set exactly one of config, flake, evaluatedConfig and definition. Changes to the guest of a flake go into microvm.vms.${name}.extraModules.
            '';
          }
          {
            # With another number of sources there is nothing to look into, but its name.
            assertion = (sources vm != 1 && isMachineName name) || vm.problem == null;
            message = vm.problem;
          }
        ]) vms
      )
      ++ lib.concatLists (
        lib.mapAttrsToList (
          name: _:
          map (other: {
            assertion = vms ? ${other};
            message = ''
              microvm.vms.${name} comes after "${other}", and there is no machine of that name on this host.
              Define microvm.vms.${other}, or remove it from `after`.
            '';
          }) (afterOf name)
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
      ++ map (
        {
          what,
          value,
          owners,
        }:
        {
          assertion = false;
          message = ''
            microvm.vms: ${lib.concatStringsSep " and " owners} have the same ${what}, ${value}.
            Give each of them its own${lib.optionalString (what == "disk image") ", or set readOnly = true on all of them"}.
          '';
        }
      ) (clashes known);
  };
}
