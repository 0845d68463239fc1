# Guests and hosts over the real NixOS modules, for the tests that look at them.
{ lib, pkgs }:
let
  modules = ../../nixos-modules;
in
rec {
  # As nixosSystem returns it.
  system =
    modules:
    import (pkgs.path + "/nixos/lib/eval-config.nix") {
      inherit lib pkgs modules;
      system = null;
    };
  guestSystem =
    config:
    system [
      (modules + "/guest")
      { networking.hostName = lib.mkDefault "web"; }
      config
    ];
  # What every host needs before it is a system at all.
  plain = {
    boot.loader.grub.enable = false;
    fileSystems."/".device = "/dev/vda";
    system.stateVersion = "24.11";
    documentation.enable = false;
  };
  hostSystem =
    config:
    system [
      (modules + "/host")
      plain
      config
    ];
  guest = config: (guestSystem config).config;
  host = config: (hostSystem config).config;

  # The messages of what a configuration must not be.
  refusals = config: map (a: a.message) (lib.filter (a: !a.assertion) config.assertions);
  failures = config: map (text: lib.head (lib.splitString "\n" text)) (refusals config);
}
