{
  # Where you have microvm from: `nix registry add microvm URL`, or write the URL here.
  inputs.microvm.url = "flake:microvm";
  inputs.nixpkgs.follows = "microvm/nixpkgs";

  outputs =
    { nixpkgs, microvm, ... }:
    {
      nixosConfigurations.host = nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        modules = [
          microvm.nixosModules.host
          ./host.nix
        ];
      };
    };
}
