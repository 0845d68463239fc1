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
  guest = import (config.pkgs.path + "/nixos/lib/eval-config.nix") {
    inherit (config) pkgs specialArgs;
    inherit (config.pkgs) lib;
    system = null;
    modules = [
      ../guest
      config.config
      { networking.hostName = lib.mkDefault name; }
    ];
  };
in
{
  options = {
    config = mkOption {
      type = types.nullOr types.deferredModule;
      default = null;
      description = "A NixOS configuration for the guest; it is evaluated together with the host's.";
    };
    flake = mkOption {
      type = types.nullOr types.attrs;
      default = null;
      example = lib.literalExpression "inputs.web";
      description = "A flake with `nixosConfigurations.NAME`, which has imported this project's guest module.";
    };
    definition = mkOption {
      type = types.nullOr (types.either types.path (types.attrsOf types.anything));
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
      type = types.unspecified;
      default = pkgs;
      defaultText = lib.literalExpression "pkgs";
      description = "The package set the guest of `config` is built from. Default: the host's.";
    };
    specialArgs = mkOption {
      type = types.attrsOf types.unspecified;
      default = { };
      description = "Further arguments of the guest's modules, for `config`.";
    };

    evaluatedConfig = gone "Use flake: any set with nixosConfigurations.NAME is one.";
    extraModules = gone "Use imports in config.";
    nixpkgs = gone "Use pkgs.";
    updateFlake = gone "Machines change with the host's configuration, by nixos-rebuild.";

    guest = mkOption {
      type = types.unspecified;
      readOnly = true;
      internal = true;
      description = "The evaluated guest (a NixOS system); null where there is only a definition.";
    };
    machine = mkOption {
      type = types.nullOr (types.attrsOf types.anything);
      readOnly = true;
      internal = true;
      description = "The machine as it stands in its definition; null where that is a file made elsewhere.";
    };
    file = mkOption {
      type = types.path;
      readOnly = true;
      internal = true;
      description = "The definition as a file; it becomes /etc/microvm/NAME.json (or .toml).";
    };
  };

  config = {
    guest =
      if config.config != null then
        guest
      else if config.flake != null then
        config.flake.nixosConfigurations.${name} or (throw ''
          microvm.vms.${name}.flake has no nixosConfigurations.${name}.
          Name the machine as the flake does, or give the flake a configuration of that name.
        '')
      else
        null;
    machine =
      if config.guest != null then
        config.guest.config.microvm.machine
      else if lib.isAttrs config.definition then
        config.definition
      else
        null;
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
