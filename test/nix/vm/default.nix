# The VM tests by name: `check` as nixpkgs makes it (it asks for a builder with KVM), and `emulated` for one without.
{
  pkgs,
  # Where this flake and its input lie in the store, for the test that evaluates it.
  sources ? {
    nixpkgs = toString pkgs.path;
    self = toString ../../..;
  },
}:
let
  inherit (pkgs) lib;
  names = [
    "after"
    "credentials"
    "readiness"
    "reboot"
    "removal"
    "stop"
    "up"
  ];
  # Under emulation everything in the guest's guest is about a hundred times slower.
  test = file: slowness: pkgs.testers.runNixOSTest {
    imports = [
      ./host.nix
      file
    ];
    _module.args = { inherit slowness sources; };
  };
in
lib.genAttrs names (
  name:
  let
    file = ./. + "/${name}.nix";
  in
  {
    check = test file 1;
    emulated = (test file 20).overrideTestDerivation { requiredSystemFeatures = [ "nixos-test" ]; };
  }
)
