# The flake's `lib`: functions that make machines from NixOS configurations.
{ lib, nixpkgs }:
{
  lib = {
    /**
      A NixOS guest: `nixpkgs.lib.nixosSystem` with the guest module and a host name.
    */
    guest =
      {
        name,
        system,
        modules ? [ ],
        specialArgs ? { },
      }:
      nixpkgs.lib.nixosSystem {
        inherit system specialArgs;
        modules = [
          ./guest
          { networking.hostName = nixpkgs.lib.mkDefault name; }
        ]
        ++ modules;
      };

    /**
      One definition of several guests (NixOS systems with the guest module), as a JSON file for `microvm --file`.
      Machines in one file may wait for each other (`microvm.after`).
    */
    definition =
      pkgs: guests:
      pkgs.writeText "microvm.json" (
        (import ./definition.nix { inherit lib; }).textOf (
          lib.mapAttrs' (_: guest: {
            inherit (guest.config.microvm) name;
            value = guest.config.microvm.machine;
          }) guests
        )
      );
  };
}
