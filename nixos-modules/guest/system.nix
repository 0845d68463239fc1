# What makes the guest small and quick to be ready. All of it are defaults.
{ config, lib, ... }:
let
  cfg = config.microvm;
  inherit (import ../definition.nix { inherit lib; }) isRoot;
in
{
  config = lib.mkIf cfg.guest.enable (
    lib.mkMerge [
      {
        networking.useNetworkd = lib.mkDefault true;
        # The guest is ready when its services are; those that need an address say so by network-online.target.
        systemd.network.wait-online.enable = lib.mkDefault false;
        # Nothing outlives a boot on a tmpfs, so there is no older state to be compatible with.
        system.stateVersion = lib.mkIf (!lib.any isRoot cfg.volumes) (
          lib.mkDefault lib.trivial.release
        );
      }
      (lib.mkIf cfg.optimize.enable {
        documentation.enable = lib.mkDefault false;
        nix.enable = lib.mkDefault (cfg.writableStoreOverlay != null);
        system.switch.enable = lib.mkDefault false;
        boot.enableContainers = lib.mkDefault false;
        environment.defaultPackages = lib.mkDefault [ ];
        programs.command-not-found.enable = lib.mkDefault false;
        programs.less.lessopen = lib.mkDefault null;
        services.logrotate.enable = lib.mkDefault false;
        services.udisks2.enable = lib.mkDefault false;
        xdg.autostart.enable = lib.mkDefault false;
        xdg.icons.enable = lib.mkDefault false;
        xdg.mime.enable = lib.mkDefault false;
        xdg.sounds.enable = lib.mkDefault false;
        # One serial port is there at most; the kernel looks for four, and waits for each.
        boot.kernelParams = [ "8250.nr_uarts=1" ];
      })
    ]
  );
}
