# The tests of one part and how they came out: `pure` needs only nixpkgs' lib, `nixos`, `machines` and `vm` its NixOS modules too.
# nix-instantiate --eval --strict --json test/nix/run.nix --arg nixpkgs PATH --argstr part NAME
{ nixpkgs, part }:
let
  lib = import (nixpkgs + "/lib");
  pkgs = import ./packages.nix { inherit nixpkgs; };

  outcomes = lib.mapAttrsToList (
    name: { expr, expected }: {
      name = lib.removePrefix "test: " name;
      pass = expr == expected;
      inherit expected;
      actual = expr;
    }
  );
  parts = {
    pure = import ./pure.nix { inherit lib; };
    nixos = import ./nixos.nix { inherit lib pkgs; };
    machines = import ./machines.nix { inherit lib pkgs; };
    # Evaluated, not run: `nix build .#checks.x86_64-linux.vm-NAME` runs one.
    vm = lib.mapAttrs' (name: test: {
      name = "test: the VM test ${name} evaluates";
      value = {
        expr = lib.hasSuffix ".drv" test.check.drvPath;
        expected = true;
      };
    }) (import ./vm { inherit pkgs; });
  };
in
outcomes parts.${part}
