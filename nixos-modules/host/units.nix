# The template, a drop-in per declared machine, the target, and the definitions below /etc/microvm.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (config.microvm) host vms;
  program = lib.getExe host.package;
  settings = import ./unit-settings.nix {
    inherit program;
    env = "${pkgs.coreutils}/bin/env";
  };
  unitOf = name: "microvm@${name}.service";
  afterOf = vm: lib.unique (vm.after ++ vm.declared.after or [ ]);
  extensionOf = vm: if vm.problem == null && vm.machine == null && lib.hasSuffix ".toml" (toString vm.file) then "toml" else "json";
  # A list is sorted out by NixOS; these are its own options.
  own = [
    "Description"
    "Documentation"
    "After"
    "Before"
    "PartOf"
  ];
  inherit (import ./machine-user.nix { inherit lib; }) fitsUserName machineUser;

  directories = [
    "d /etc/microvm 0755 root root -"
    "d /run/microvm 0755 root root -"
    "d /var/lib/microvm 0755 root root -"
    "d /var/cache/microvm 0755 root root -"
    "d /var/cache/microvm/images 0755 root root -"
  ];

  # Lists are added to, and everything else is a default: a host's own `systemd.services."microvm@"` has the last word.
  defaults = lib.mapAttrs (_: value: if lib.isList value then value else lib.mkDefault value);

  dropIn = name: vm: {
    overrideStrategy = "asDropin";
    # The default path would replace the template's.
    path = lib.mkForce [ ];
    requires = map unitOf (afterOf vm);
    after = map unitOf (afterOf vm);
    restartTriggers = [ vm.file ];
    serviceConfig = {
      # Said either way: the template says no, for machines that are not declared here.
      X-RestartIfChanged = vm.restartIfChanged;
    }
    // lib.optionalAttrs (!fitsUserName name) { User = machineUser name; };
  };
in
{
  config = lib.mkIf host.enable {
    environment.systemPackages = [ host.package ];
    environment.etc = lib.mapAttrs' (
      name: vm: lib.nameValuePair "microvm/${name}.${extensionOf vm}" { source = vm.file; }
    ) vms;

    systemd = {
      services = {
        "microvm@" = {
          description = lib.mkDefault settings.unit.Description;
          documentation = [ settings.unit.Documentation ];
          after = lib.splitString " " settings.unit.After;
          before = [ settings.unit.Before ];
          partOf = [ settings.unit.PartOf ];
          unitConfig = defaults (removeAttrs settings.unit own);
          serviceConfig = defaults settings.service;
          restartIfChanged = lib.mkDefault false;
          # A file of its own for each declared machine, a link to the template: a switch stops what has no file any more.
          aliases = map unitOf (lib.attrNames vms);
        };
      }
      // lib.mapAttrs' (name: vm: lib.nameValuePair "microvm@${name}" (dropIn name vm)) vms;

      targets.microvms = {
        description = lib.mkDefault "microVMs";
        documentation = [ "man:systemd.special(7)" ];
        wantedBy = [ "multi-user.target" ];
        # Not `wantedBy` of the instance: there is no unit of that name to link to.
        wants = map unitOf (lib.attrNames (lib.filterAttrs (_: vm: vm.autostart) vms));
      };

      # What a definition adds to its unit (timeouts, devices, paths, credentials) is worked out by the engine, at boot and at
      # each daemon-reload, as on any other system.
      generators.microvm-generator = toString (
        pkgs.writeShellScript "microvm-generator" ''
          for definition in /etc/microvm/*.toml /etc/microvm/*.json; do
            if [ -e "$definition" ]; then exec ${program} host generate "$1"; fi
          done
          exit 0
        ''
      );

      # In a file that is read last: of two lines about one path systemd-tmpfiles takes the first.
      tmpfiles.settings.zzz-microvm = lib.listToAttrs (
        map (
          line:
          let
            word = lib.elemAt (lib.splitString " " line);
          in
          {
            name = word 1;
            value.${word 0} = {
              mode = word 2;
              user = word 3;
              group = word 4;
            };
          }
        ) directories
      );
    };
  };
}
