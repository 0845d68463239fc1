# Every example for every backend, compiled and not run: it needs no virtual machine, so every builder can do it.
{ pkgs, microvm }:
let
  inherit (pkgs) lib;
  root = ../..;
  handWritten = lib.filter (name: builtins.pathExists (root + "/examples/${name}/microvm.toml")) (
    lib.attrNames (builtins.readDir (root + "/examples"))
  );
  guests = import ./guests.nix { nixpkgs = pkgs.path; };
  # Without context: that a definition compiles is said without building the guest it names.
  evaluated = lib.mapAttrsToList (
    name: text: pkgs.writeText "${name}.json" (builtins.unsafeDiscardStringContext text)
  ) guests.definitions;
in
microvm.overrideAttrs {
  pname = "microvm-compile-check";
  src = lib.fileset.toSource {
    inherit root;
    fileset = lib.fileset.unions [
      (root + "/src")
      (root + "/examples")
      (root + "/test/machine-spec.ts")
      (root + "/test/nix")
      (root + "/package.json")
      (root + "/tsconfig.json")
    ];
  };
  buildPhase = ''
    esbuild test/nix/compile-examples.ts --bundle --platform=node --format=esm --loader:.sh=text \
      --banner:js="const require = (id) => process.getBuiltinModule('node:module').createRequire(import.meta.url)(id);" \
      --outfile=compile-examples.mjs
    node compile-examples.mjs ${
      toString (map (name: "examples/${name}/microvm.toml") handWritten ++ evaluated)
    } | tee compiled
  '';
  installPhase = "cp compiled $out";
  doInstallCheck = false;
}
