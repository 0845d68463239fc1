# Options of the guest, as data: [ { path; description; type; } ], with "[]" for an item of a list and "*" for a name.
# `probes` ([ { path; value; } ]) are values to try: the answers say which of them the option at that path takes.
{
  nixpkgs,
  probes ? "[]",
}:
let
  lib = import (nixpkgs + "/lib");
  modules = ../../nixos-modules;
  machine = import (modules + "/options/machine.nix") { inherit lib; } // {
    image = import (modules + "/options/image.nix") { inherit lib; };
  };
  guest = import (modules + "/options/guest.nix") {
    inherit lib;
    pkgs.callPackage = _: _: { };
  };

  host =
    (lib.evalModules {
      modules = [ (modules + "/host/options.nix") ];
      specialArgs.pkgs.callPackage = _: _: { };
    }).options.microvm;

  below =
    path: type:
    if type.name == "submodule" then
      walk path (removeAttrs (type.getSubOptions [ ]) [ "_module" ])
    else if type.name == "nullOr" then
      below path type.nestedTypes.elemType
    else if type.name == "either" then
      below path type.nestedTypes.left ++ below path type.nestedTypes.right
    else if type.name == "listOf" then
      below (path ++ [ "[]" ]) type.nestedTypes.elemType
    else if type.name == "attrsOf" then
      below (path ++ [ "*" ]) type.nestedTypes.elemType
    else
      [ ];
  holdsOptions =
    type: type.name == "submodule" || (type.name == "nullOr" && holdsOptions type.nestedTypes.elemType);

  walk =
    path: options:
    lib.concatLists (
      lib.mapAttrsToList (
        name: option:
        let
          here = path ++ [ name ];
        in
        if !lib.isOption option then
          walk here option
        else
          lib.optional (!holdsOptions option.type && !(option.internal or false)) {
            path = here;
            inherit option;
          }
          ++ below here option.type
      ) options
    );
  all = walk [ ] machine;

  # In words of our own: those of lib change from release to release.
  say =
    type:
    if type.name == "nullOr" then
      say type.nestedTypes.elemType
    else if type.name == "listOf" then
      "list of ${say type.nestedTypes.elemType}"
    else if type.name == "attrsOf" then
      "by name: ${say type.nestedTypes.elemType}"
    else if type.name == "submodule" then
      "table"
    else if type.name == "enum" then
      lib.concatMapStringsSep ", " builtins.toJSON (type.functor.payload.values or type.functor.payload)
    else if type.name == "either" && builtins.match "(size|time span) such as.*" type.description == null then
      "${say type.nestedTypes.left}, or ${say type.nestedTypes.right}"
    else
      {
        bool = "boolean";
        path = "path";
        str = "text";
        deferredModule = "NixOS module";
        unspecified = "any";
        attrs = "set";
      }
      .${type.name} or type.description;
  described =
    { path, option }:
    {
      path = lib.concatStringsSep "." path;
      description = lib.trim option.description;
      type = say option.type;
    };
  answer =
    { path, value }:
    (lib.findFirst (entry: lib.concatStringsSep "." entry.path == path) (throw "no option ${path}") all)
    .option.type.check
      value;
in
{
  machine = map described all;
  guest = map described (walk [ ] guest);
  host = map described (walk [ ] host);
  answers = map answer (builtins.fromJSON probes);
}
