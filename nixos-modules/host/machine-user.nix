# The user a machine runs as, by the same rule as src/units/machine-user.ts; test/agreement/nix-units.test.ts compares them.
{ lib }:
let
  max = 31;
  modulus = 4294967296;
  reduce = value: value - (value / modulus) * modulus;
  # FNV-1a, 32 bits. Machine names are ASCII.
  step = value: character: reduce ((builtins.bitXor value (lib.strings.charToInt character)) * 16777619);
  hash = text: lib.fixedWidthString 8 "0" (lib.toLower (lib.toHexString (lib.foldl' step 2166136261 (lib.stringToCharacters text))));
in
rec {
  fitsUserName = machine: lib.stringLength "microvm-${machine}" <= max;
  machineUser =
    machine:
    if fitsUserName machine then
      "microvm-${machine}"
    else
      "microvm-${lib.substring 0 13 machine}_${hash machine}";
}
