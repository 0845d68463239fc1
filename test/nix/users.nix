# The users of machines of these names (a JSON list).
{ nixpkgs, names }:
map
  (import ../../nixos-modules/host/machine-user.nix { lib = import (nixpkgs + "/lib"); }).machineUser
  (builtins.fromJSON names)
