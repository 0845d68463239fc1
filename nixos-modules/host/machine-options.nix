# `microvm.vms.NAME`: one machine of a host, by exactly one of config, flake and definition.
{
  lib,
  pkgs,
  ...
}:
{ config, name, ... }:
let
  inherit (lib) mkOption types;
  inherit (import ../options/types.nix { inherit lib; }) gone;
  inherit (import ../definition.nix { inherit lib; }) isMachineName machineNameFor;
  hostSystem = pkgs.stdenv.hostPlatform.system;
  of = "microvm.vms.${name}";

  # The guest's own configuration has the last word on its packages: what is set here is a default, so that its overlays are
  # added, and a package set it brings along is taken.
  packages =
    { config, options, ... }:
    let
      chosen = options.nixpkgs;
      # A default counts as a definition, by its priority the last one.
      isSet = option: (chosen.${option}.highestPrio or 9999) < (lib.mkOptionDefault null).priority;
      ignored = lib.filter isSet [
        "config"
        "crossSystem"
      ]
      ++ lib.optional (
        isSet "hostPlatform"
        && config.nixpkgs.hostPlatform.system != vm.pkgs.stdenv.hostPlatform.system
      ) "hostPlatform";
    in
    {
      config = lib.mkMerge [
        (
          if vm.pkgs == null then
            { nixpkgs.hostPlatform = lib.mkDefault hostSystem; }
          else
            { nixpkgs.pkgs = lib.mkDefault vm.pkgs; }
        )
        {
          assertions = lib.optional (vm.pkgs != null && ignored != [ ]) {
            assertion = chosen.pkgs.highestPrio < (lib.mkDefault null).priority;
            message = ''
              nixpkgs.${lib.concatStringsSep ", nixpkgs." ignored} of the guest cannot change the package set of ${of}.pkgs, which is made already (by default it is the host's).
              Set ${of}.pkgs = null: the guest then has a package set of its own, made as its nixpkgs options say.
            '';
          };
        }
      ];
    };
  vm = config;

  # The same modules and library as the packages, unless another nixpkgs is named.
  modulesOf = config.nixpkgs;
  evaluated = import (modulesOf + "/nixos/lib/eval-config.nix") {
    inherit (config) specialArgs;
    lib =
      if config.pkgs != null && toString modulesOf == toString config.pkgs.path then
        config.pkgs.lib
      else if toString modulesOf == toString pkgs.path then
        pkgs.lib
      else
        import (modulesOf + "/lib");
    system = null;
    # So that Nix names the machine in what it says of its options.
    prefix = [
      "microvm"
      "vms"
      name
      "config"
    ];
    modules = [
      ../guest
      packages
      config.config
      {
        networking.hostName = lib.mkDefault name;
        microvm.name = lib.mkOverride 900 name;
      }
    ]
    ++ config.extraModules;
  };

  # A system that was evaluated elsewhere, with the modules that are added here.
  changed =
    system:
    if config.extraModules == [ ] && config.specialArgs == { } then
      system
    else
      system.extendModules {
        modules = config.extraModules;
        inherit (config) specialArgs;
      };

  isSystem = value: lib.isAttrs value && value ? config && value ? options;
  failed = lib.filter (a: !a.assertion) config.guest.config.assertions;

  # What is wrong with the machine that can be said before it is made: null, or what it is and what to do.
  problem =
    # Before its guest is looked at, which would take the name and refuse it by its type.
    if !isMachineName name then
      ''
        microvm.vms: "${name}" is no name for a machine.
        Use a-z, 0-9 and "-" (not at either end), at most 48 characters, e.g. microvm.vms.${machineNameFor name}. A guest keeps its host name by networking.hostName in its own configuration.
      ''
    else if config.evaluatedConfig != null && !isSystem config.evaluatedConfig then
      ''
        ${of}.evaluatedConfig is no NixOS system: it has no config and options.
        Give what nixosSystem (or eval-config.nix) returns, e.g. inputs.web.nixosConfigurations.web.
      ''
    else if config.flake != null && !lib.isAttrs config.flake then
      ''
        ${of}.flake is "${toString config.flake}", and a flake is given as a value, not as its URL or folder.
        Make it an input of your flake, inputs.${name}.url = "${toString config.flake}", and write ${of}.flake = inputs.${name}.
      ''
    else if config.flake != null && !(config.flake ? nixosConfigurations.${name}) then
      ''
        ${of}.flake has no nixosConfigurations.${name}${
          lib.optionalString (config.flake.nixosConfigurations or { } != { })
            ", but ${lib.concatStringsSep ", " (lib.attrNames config.flake.nixosConfigurations)}"
        }.
        Name the machine as the flake does, or set evaluatedConfig to one of its nixosConfigurations.
      ''
    else if isSystem config.definition then
      ''
        ${of}.definition is a whole NixOS system, and a definition is a file or the value of machines.NAME.
        Write ${of}.evaluatedConfig in its place; changes to that guest go into ${of}.extraModules.
      ''
    else if lib.isAttrs config.definition && config.definition ? machines then
      ''
        ${of}.definition has a whole file's machines, and a machine of a host has the value of one.
        Write the value of machines.${name}, or give the file itself.
      ''
    else if config.definition != null && config.extraModules != [ ] then
      ''
        ${of} has extraModules, and its definition was made elsewhere: there is no NixOS configuration to add them to.
        Remove extraModules, or give the guest as config, flake or evaluatedConfig.
      ''
    else if config.guest == null then
      null
    else if !(config.guest.config ? microvm) then
      ''
        ${of}: its NixOS configuration has not imported this project's guest module, so it is no machine.
        Add nixosModules.guest of microvm to its modules, or to ${of}.extraModules.
      ''
    else if !(config.guest.config.microvm ? machine) then
      ''
        ${of}: its NixOS configuration is a guest of microvm.nix, whose module says how a machine is run, not what it is.
        Import nixosModules.guest of microvm in place of microvm.nix's module.
      ''
    else if !config.guest.config.microvm.guest.enable then
      ''
        ${of}: microvm.guest.enable is off in its NixOS configuration, so it is no machine.
        Set microvm.guest.enable = true in it.
      ''
    else if failed != [ ] then
      lib.concatMapStringsSep "\n" (a: "${of}: ${a.message}") failed
    else
      null;
in
{
  options = {
    config = mkOption {
      type = types.nullOr types.deferredModule;
      default = null;
      description = "A NixOS configuration for the guest; it is evaluated together with the host's.";
    };
    evaluatedConfig = mkOption {
      type = types.nullOr types.unspecified;
      default = null;
      example = lib.literalExpression "inputs.infra.nixosConfigurations.web";
      description = "A NixOS system that was evaluated elsewhere, with this project's guest module.";
    };
    flake = mkOption {
      # A text is refused with what to write (`problem`), which its type could not say.
      type = types.nullOr (types.either types.str (types.either types.path types.attrs));
      default = null;
      example = lib.literalExpression "inputs.web";
      description = "A flake with `nixosConfigurations.NAME`, which has imported this project's guest module.";
    };
    definition = mkOption {
      type = types.nullOr (types.either types.path (types.lazyAttrsOf types.unspecified));
      default = null;
      example = lib.literalExpression "./web.toml";
      description = ''
        A definition that was made elsewhere: a .toml or .json file, or the value of `machines.NAME` as in the schema.
      '';
    };

    autostart = mkOption {
      type = types.bool;
      default = true;
      description = "Start the machine with the host. The host's boot does not wait for it.";
    };
    after = mkOption {
      type = types.listOf types.str;
      default = [ ];
      example = [ "db" ];
      description = "Machines of this host whose guests must be ready before this one starts.";
    };
    restartIfChanged = mkOption {
      type = types.bool;
      default = true;
      description = ''
        Restart the machine when a switch changes its definition. Otherwise the change takes effect at its next start.
      '';
    };
    pkgs = mkOption {
      type = types.nullOr types.unspecified;
      default = pkgs;
      defaultText = lib.literalExpression "pkgs";
      description = ''
        The package set the guest of `config` is built from, to which the guest's own `nixpkgs.overlays` are added. Default: the
        host's. null: one of its own, made as the guest's `nixpkgs` options say (config, hostPlatform). A guest that sets
        `nixpkgs.pkgs` has that.
      '';
    };
    nixpkgs = mkOption {
      type = types.path;
      default = if config.pkgs == null then pkgs.path else config.pkgs.path;
      defaultText = lib.literalExpression "pkgs.path";
      description = ''
        The nixpkgs whose NixOS modules the guest of `config` is made of. Default: that of `pkgs`. For packages of it, too, set
        `pkgs` to null.
      '';
    };
    specialArgs = mkOption {
      type = types.attrsOf types.unspecified;
      default = { };
      description = "Further arguments of the guest's modules.";
    };
    extraModules = mkOption {
      type = types.listOf types.deferredModule;
      default = [ ];
      example = lib.literalExpression "[ inputs.monitoring.nixosModules.default ]";
      description = "Further NixOS modules of the guest: added to `config`, or to what `flake` and `evaluatedConfig` bring.";
    };

    unbindPciDevices = gone ''Bind the device to vfio-pci on the host: boot.kernelParams = [ "vfio-pci.ids=…" ], or driverctl.'';
    updateFlake = gone "Remove it: machines change with the host's configuration, by nixos-rebuild.";

    guest = mkOption {
      type = types.unspecified;
      readOnly = true;
      internal = true;
      description = "The evaluated guest (a NixOS system); null where there is only a definition.";
    };
    problem = mkOption {
      type = types.nullOr types.str;
      readOnly = true;
      internal = true;
      description = "Why there is no such machine, and what to do; null where nothing is wrong with it.";
    };
    machine = mkOption {
      type = types.nullOr (types.attrsOf types.anything);
      readOnly = true;
      internal = true;
      description = ''
        The machine as it stands in its definition; null where that is a file made elsewhere. A machine with a problem has none.
      '';
    };
    declared = mkOption {
      type = types.attrsOf types.anything;
      readOnly = true;
      internal = true;
      description = "What the host can see of the machine: nothing of a file made elsewhere, or of a machine with a problem.";
    };
    file = mkOption {
      type = types.path;
      readOnly = true;
      internal = true;
      description = "The definition as a file; it becomes /etc/microvm/NAME.json (or .toml).";
    };
  };

  config = {
    inherit problem;
    guest =
      if config.config != null then
        evaluated
      else if config.evaluatedConfig != null then
        changed config.evaluatedConfig
      else if config.flake != null then
        changed config.flake.nixosConfigurations.${name}
      else
        null;
    machine =
      if problem != null then
        throw problem
      else if config.guest != null then
        config.guest.config.microvm.machine
      else if lib.isAttrs config.definition && !lib.isDerivation config.definition then
        config.definition
      else
        null;
    declared = if problem != null || config.machine == null then { } else config.machine;
    file =
      if config.machine == null then
        config.definition
      else
        pkgs.writeText "${name}.json" (
          # `after` is about machines of the same file; between units it is a dependency (units.nix).
          (import ../definition.nix { inherit lib; }).textOf { ${name} = removeAttrs config.machine [ "after" ]; }
        );
  };
}
