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
          lib.optional (!holdsOptions option.type) {
            path = here;
            inherit option;
          }
          ++ below here option.type
      ) options
    );
  all = walk [ ] machine;
  described =
    { path, option }:
    {
      path = lib.concatStringsSep "." path;
      description = lib.trim option.description;
      type = option.type.description;
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
  answers = map answer (builtins.fromJSON probes);
}
