# The packages of a nixpkgs, real or a stand-in's (docs/nix.md): `pkgs.nix` beside its lib.
{ nixpkgs }:
if builtins.pathExists (nixpkgs + "/pkgs/top-level/impure.nix") then
  import nixpkgs {
    system = "x86_64-linux";
    config = { };
    overlays = [ ];
  }
else
  import (nixpkgs + "/pkgs.nix") {
    lib = import (nixpkgs + "/lib");
    system = "x86_64-linux";
  }
