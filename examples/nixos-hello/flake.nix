{
  # Where you have microvm from: `nix registry add microvm URL`, or write the URL here.
  inputs.microvm.url = "flake:microvm";
  inputs.nixpkgs.follows = "microvm/nixpkgs";

  outputs =
    { microvm, ... }:
    {
      nixosConfigurations.hello = microvm.lib.guest {
        name = "hello";
        system = "x86_64-linux";
        modules = [ ./guest.nix ];
      };
    };
}
