# The same tests as a flake check: evaluating it runs them, building it has nothing left to do.
{ pkgs }:
let
  inherit (pkgs) lib;
  outcomes = lib.concatMap (
    part:
    import ./run.nix {
      nixpkgs = pkgs.path;
      inherit part;
    }
  ) [
    "pure"
    "nixos"
    "machines"
  ];
  failures = lib.filter ({ pass, ... }: !pass) outcomes;
  report = lib.concatMapStringsSep "\n" (
    test:
    "${test.name}: expected ${builtins.toJSON test.expected}, got ${builtins.toJSON test.actual}"
  ) failures;
in
if failures == [ ] then pkgs.runCommandLocal "microvm-eval" { } "touch $out" else throw report
