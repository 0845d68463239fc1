# The advice of every option of microvm.nix that is gone: its texts, or (`written`: what a test found in them, as a file) what
# comes of following them over the real NixOS modules.
{
  nixpkgs,
  written ? null,
}:
let
  lib = import (nixpkgs + "/lib");
  modules = ../../nixos-modules;

  # Declarations are enough for the texts: nothing of them is evaluated with values.
  removedIn =
    side: file:
    lib.collect (value: value ? text) (
      lib.mapAttrsRecursiveCond (value: !lib.isOption value)
        (path: option: {
          inherit side;
          name = lib.concatStringsSep "." path;
          list = null;
          text = option.description;
        })
        (import file {
          inherit lib;
          config = { };
          options = { };
        }).options.microvm
    );

  isGone = option: option.type.name == "nullOr" && option.type.nestedTypes.elemType.name == "gone";
  subOptions = type: removeAttrs (type.getSubOptions [ ]) [ "_module" ];
  # Lists of tables are named, as one item of them is where the advice is followed.
  goneIn =
    side: list: at: options:
    lib.concatLists (
      lib.mapAttrsToList (
        name: option:
        let
          path = at ++ [ name ];
        in
        if !lib.isOption option then
          goneIn side list path option
        else if isGone option then
          [
            {
              inherit side list;
              name = lib.concatStringsSep "." path;
              text = option.description;
            }
          ]
        else if option.type.name == "listOf" then
          goneIn side name path (subOptions option.type)
        else
          [ ]
      ) options
    );
  machineOptions = import (modules + "/options/machine.nix") { inherit lib; };
  hostOptions =
    (import (modules + "/host/options.nix") {
      inherit lib;
      config = { };
      pkgs = null;
    }).options.microvm;
  ofMachines = hostOptions.vms.type.nestedTypes.elemType;

  texts =
    removedIn "guest" (modules + "/guest/removed.nix")
    ++ goneIn "guest" null [ ] machineOptions
    ++ removedIn "host" (modules + "/host/removed.nix")
    ++ goneIn "host" null [ "vms" ] (lib.filterAttrs (_: lib.isOption) (subOptions ofMachines));

  pkgs = import ./packages.nix { inherit nixpkgs; };
  systems = import ./systems.nix { inherit lib pkgs; };
  inherit (systems) refusals;
  # A host has a machine that its settings can be about.
  withWeb = {
    microvm.vms.web.config = { };
  };
  sides = {
    guest = systems.guestSystem { };
    host = systems.hostSystem withWeb;
  };

  declares =
    options: path:
    lib.isOption options || (path != [ ] && options ? ${lib.head path} && declares options.${lib.head path} (lib.tail path));
  # The places a setting can mean, the likeliest first.
  placesOf =
    side:
    let
      other = if side == "guest" then "host" else "guest";
    in
    path:
    lib.filter ({ side, path }: declares sides.${side}.options path) (
      lib.concatMap
        (side: [
          {
            inherit side;
            path = [ "microvm" ] ++ path;
          }
          { inherit side path; }
        ])
        [
          side
          other
        ]
    );

  # What else an item of a list has to have.
  items = {
    devices = {
      bus = "pci";
      path = "0000:01:00.0";
    };
    interfaces = {
      type = "tap";
      id = "vm-web";
    };
    shares = {
      tag = "media";
      source = "/srv/media";
      mountPoint = "/media";
    };
  };
  ofItem = list: head: list != null && subOptions machineOptions.${list}.type ? ${head};

  follow =
    {
      key,
      list,
      settings,
    }:
    let
      valueOf = setting: setting.value { inherit lib pkgs; };
      here = lib.filter ({ path, ... }: ofItem list (lib.head path)) settings;
      item = lib.foldl' lib.recursiveUpdate items.${list} (map (s: lib.setAttrByPath s.path (valueOf s)) here);
      placed = map (
        setting:
        {
          places = placesOf setting.side setting.path;
          name = lib.concatStringsSep "." setting.path;
        }
        // setting
      ) (lib.subtractLists here settings);
      known = lib.filter ({ places, ... }: places != [ ]) placed;
      of = side: lib.filter ({ places, ... }: (lib.head places).side == side) known;
      sets = lib.partition ({ value, ... }: value != null);
      modulesFor =
        side: map (s: lib.setAttrByPath (lib.head s.places).path (valueOf s)) (sets (of side)).right;
      inGuest = modulesFor "guest" ++ lib.optional (here != [ ]) { microvm.${list} = [ item ]; };
      onHost = modulesFor "host";
      guest = systems.guest { imports = inGuest; };
      host = systems.host { imports = [ withWeb ] ++ onHost; };
      # A system takes seconds: the one that nothing is set in is left out.
      made =
        lib.optional (inGuest != [ ]) (builtins.deepSeq guest.microvm.machine (refusals guest))
        ++ lib.optional (onHost != [ ]) (builtins.deepSeq host.microvm.vms.web.machine (refusals host));
      # What is only to be read: that it is there.
      read = map (s: lib.isDerivation (lib.getAttrFromPath (lib.head s.places).path sides.${(lib.head s.places).side}.config)) (
        sets known
      ).wrong;
    in
    {
      inherit key;
      unknown = map (s: s.name) (lib.filter ({ places, ... }: places == [ ]) placed);
      refused = lib.concatLists made;
      unread = lib.any (there: !there) read;
    };
  outcomeOf =
    advice:
    let
      outcome = follow advice;
      tried = builtins.tryEval (builtins.deepSeq outcome outcome);
    in
    if tried.success then
      tried.value
    else
      {
        inherit (advice) key;
        unknown = [ ];
        refused = [ "It does not evaluate." ];
        unread = false;
      };
in
if written == null then texts else map outcomeOf (import written)
