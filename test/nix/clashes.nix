# What machines of a host claim twice, for hosts given as JSON: [ { NAME = machine; } ].
{ nixpkgs, hosts }:
let
  lib = import (nixpkgs + "/lib");
  inherit (import ../../nixos-modules/host/claims.nix { inherit lib; }) clashes;
in
map (machines: clashes machines != [ ]) (builtins.fromJSON hosts)
