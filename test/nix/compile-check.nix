# Every example for every backend, compiled and not run: it needs no virtual machine, so every builder can do it.
{ pkgs, microvm }:
let
  inherit (pkgs) lib;
  examples = lib.filter (name: builtins.pathExists (../../examples + "/${name}/microvm.toml")) (
    lib.attrNames (builtins.readDir ../../examples)
  );
in
pkgs.runCommandLocal "microvm-compile" { nativeBuildInputs = [ microvm ]; } ''
  export HOME=$TMPDIR MICROVM_RUNTIME_DIR=$TMPDIR/run MICROVM_STATE_DIR=$TMPDIR/state MICROVM_CACHE_DIR=$TMPDIR/cache
  ${lib.concatMapStrings (name: ''
    microvm --file ${../../examples}/${name}/microvm.toml validate
  '') examples}
  touch $out
''
