{
  config,
  lib,
  pkgs,
  ...
}:
let
  inherit (lib) mkOption types;
  host = { inherit config lib pkgs; };
in
{
  options.microvm = {
    host = {
      enable = mkOption {
        type = types.bool;
        default = true;
        description = "Whether this host runs machines as `microvm@NAME.service`.";
      };
      package = mkOption {
        type = types.package;
        default = pkgs.callPackage ../../package.nix { };
        defaultText = lib.literalExpression "pkgs.microvm";
        description = "The microvm program of this host.";
      };
      operators = mkOption {
        type = types.listOf types.str;
        default = [ ];
        example = [ "alice" ];
        description = ''
          Users who may start and stop machines without being root. They become members of the group `microvm`.
        '';
      };
      createTaps = mkOption {
        type = types.bool;
        default = true;
        description = ''
          Create the tap devices that machines of `microvm.vms` name, each owned by its machine's user. What they are
          connected to (a bridge, addresses, forwarding) is for the rest of the configuration to say.
        '';
      };
    };

    vms = mkOption {
      type = types.attrsOf (types.submodule (import ./machine-options.nix host));
      default = { };
      description = ''
        The machines of this host, by name. A machine that is removed from here is stopped by the next switch; its state
        below /var/lib/microvm stays.
      '';
    };
  };
}
