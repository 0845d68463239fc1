# Makes a NixOS configuration a guest of microvm. Says what the machine is; how it is run is the engine's business.
{ lib, pkgs, ... }:
{
  imports = [
    ./image.nix
    ./mounts.nix
    ./outputs.nix
    ./removed.nix
    ./rules.nix
    ./system.nix
  ];

  options.microvm =
    import ../options/machine.nix { inherit lib; }
    // import ../options/guest.nix { inherit lib pkgs; }
    // {
      image = import ../options/image.nix { inherit lib; };
    };
}
