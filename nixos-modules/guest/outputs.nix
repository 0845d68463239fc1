# What comes out of a guest: its machine, its definition as a file, and a program that runs it.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.microvm;
  inherit (config.networking) hostName;
  inherit (import ../definition.nix { inherit lib; }) machineNameFor machineOf textOf;
in
{
  config.microvm = {
    # Of a host name that is none for a machine, something near it, for rules.nix to refuse with.
    name = lib.mkIf (hostName != "") (lib.mkDefault (machineNameFor hostName));
    # NixOS has its host name in /etc; what is handed on has no "_", which is in no name of the DNS.
    hostname = lib.mkIf (hostName != "") (lib.mkDefault (lib.replaceStrings [ "_" ] [ "-" ] hostName));
    machine = machineOf cfg;
    definition = pkgs.writeText "${cfg.name}-microvm.json" (textOf { ${cfg.name} = cfg.machine; });
    runner = pkgs.writeShellScriptBin "microvm-${cfg.name}" ''
      exec ${lib.getExe cfg.package} --file ${cfg.definition} "''${@:-up}"
    '';
  };
}
