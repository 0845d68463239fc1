# What comes out of a guest: its machine, its definition as a file, and a program that runs it.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.microvm;
  inherit (import ../definition.nix { inherit lib; }) machineOf textOf;
in
{
  config.microvm = {
    name = lib.mkIf (config.networking.hostName != "") (lib.mkDefault config.networking.hostName);
    hostname = lib.mkIf (config.networking.hostName != "") (lib.mkDefault config.networking.hostName);
    machine = machineOf cfg;
    definition = pkgs.writeText "${cfg.name}-microvm.json" (textOf { ${cfg.name} = cfg.machine; });
    runner = pkgs.writeShellScriptBin "microvm-${cfg.name}" ''
      exec ${lib.getExe cfg.package} --file ${cfg.definition} "''${@:-up}"
    '';
  };
}
