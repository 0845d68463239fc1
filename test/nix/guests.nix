# Definitions of guests and units of a host, over the real NixOS modules, for the engine and systemd to look at.
{
  nixpkgs,
  # Files to boot in place of a NixOS guest's own, as JSON: { kernel, initrd, root, cmdline, systemd }.
  image ? "null",
}:
let
  lib = import (nixpkgs + "/lib");
  pkgs = import ./packages.nix { inherit nixpkgs; };
  nixos =
    modules:
    (import (pkgs.path + "/nixos/lib/eval-config.nix") {
      inherit lib pkgs modules;
      system = null;
    }).config;
  guest =
    module:
    (nixos [
      ../../nixos-modules/guest
      { networking.hostName = "hello"; }
      module
    ]).microvm;
  host = nixos [
    ../../nixos-modules/host
    ../../examples/nixos-host/host.nix
  ];
  unitsOf =
    config:
    lib.mapAttrs
      (_: unit: {
        inherit (unit) text aliases;
        dropIn = unit.overrideStrategy == "asDropin";
      })
      (
        lib.filterAttrs (
          name: _: lib.hasPrefix "microvm" name && !lib.hasPrefix "microvm-" name
        ) config.systemd.units
      );
  # The same host with other guests' files, for a test that has no NixOS to boot.
  borrowed = nixos [
    ../../nixos-modules/host
    {
      boot.loader.grub.enable = false;
      fileSystems."/".device = "/dev/vda";
      system.stateVersion = "24.11";
      microvm.vms = lib.genAttrs [ "db" "web" ] (name: {
        after = lib.optional (name == "web") "db";
        config = {
          microvm = {
            mem = "512M";
            image = lib.mapAttrs (_: lib.mkForce) (builtins.fromJSON image);
          };
        };
      });
    }
  ];
  inherit (import ../../nixos-modules/definition.nix { inherit lib; }) textOf;
in
{
  # examples/nixos-hello, examples/nixos-host, and a guest with something of everything.
  definitions = {
    hello = textOf { hello = (guest ../../examples/nixos-hello/guest.nix).machine; };
    host = textOf (lib.mapAttrs (_: vm: removeAttrs vm.machine [ "after" ]) host.microvm.vms);
    rich = textOf {
      rich =
        (guest {
          microvm = {
            vcpu = 2;
            cpu.max = 4;
            mem = "1G";
            balloon = true;
            ready = "target:multi-user.target";
            startTimeout = "2min";
            console.login = false;
            vsock.ports.api.port = 7000;
            platform.oemStrings = [ "hello=world" ];
            kernelParams = [ "quiet" ];
            credentials.key.credential = "key";
            interfaces = [
              {
                type = "tap";
                id = "tap0";
              }
            ];
            shares = [
              {
                tag = "media";
                source = "/srv/media";
                mountPoint = "/media";
              }
            ];
            volumes = [
              {
                image = "root.img";
                size = "4G";
                root = true;
              }
            ];
          };
          system.stateVersion = "24.11";
        }).machine;
    };
  };
  units = unitsOf host;
}
// lib.optionalAttrs (image != "null") {
  borrowed = {
    units = unitsOf borrowed;
    definitions = lib.mapAttrs (_: vm: builtins.unsafeDiscardStringContext vm.file.text) borrowed.microvm.vms;
  };
}
