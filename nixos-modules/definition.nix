# The values of the `microvm` options of one guest → its machine in the definition (src/definition/schema.ts).
# Pure, and the only place that knows what of the options is not handed on.
{ lib }:
let
  machineOptions = import ./options/machine.nix { inherit lib; };

  gone = import ./gone.nix { inherit lib; };

  # Nulls and empty sets are "not said"; empty lists too, as no list of the schema has a default of its own.
  said = value: value != null && value != { } && value != [ ];

  tidy =
    value:
    if lib.isDerivation value then
      "${value}"
    else if lib.isAttrs value then
      lib.filterAttrs (_: said) (lib.mapAttrs (_: tidy) value)
    else if lib.isList value then
      map tidy value
    else
      value;

  # A NixOS guest mounts its volumes and shares itself (guest/mounts.nix), by the same serial numbers and tags.
  withoutMounts = map (
    device:
    removeAttrs device [
      "mountPoint"
      "root"
    ]
  );
in
rec {
  /**
    Whether a machine can have this name, as the schema says (src/definition/names.ts).
  */
  isMachineName = name: builtins.match "[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?" name != null;

  /**
    The nearest name a machine can have, for advice: "Web_1" → "web-1".
  */
  machineNameFor =
    name:
    let
      parts = lib.filter (part: lib.isString part && part != "") (builtins.split "[^a-z0-9]+" (lib.toLower name));
    in
    lib.removeSuffix "-" (lib.substring 0 48 (lib.concatStringsSep "-" parts));

  /**
    Whether a volume is the guest's `/`: by `root`, or by its mount point as in microvm.nix.
  */
  isRoot = volume: volume.root == true || volume.mountPoint == "/";

  /**
    The serial number of the n-th volume, from 0: what the guest finds it by.
  */
  serialOf = index: volume: if volume.serial == null then "vol${toString index}" else volume.serial;

  /**
    One machine, as the value of `machines.NAME`. `cfg` is `config.microvm` of a guest.
  */
  machineOf =
    cfg:
    let
      # What is handed on, and nothing while an option of microvm.nix stands in it that means nothing here.
      refused = gone.goneIn "microvm" machineOptions cfg;
      checked = lib.throwIf (refused != [ ]) (lib.concatMapStrings (gone.sayGone "the machine ${cfg.name or ""}") refused) cfg;
      handedOn = lib.intersectAttrs machineOptions checked;
      # A merge patch takes its nulls seriously (RFC 7386: remove the key), so it is not tidied.
      extraConfig = lib.filterAttrs (_: patch: patch != { }) cfg.extraConfig;
    in
    tidy (
      removeAttrs handedOn [ "extraConfig" ]
      // {
        inherit (cfg) image;
        volumes = withoutMounts (lib.imap0 (index: v: v // { serial = serialOf index v; }) cfg.volumes);
        shares = withoutMounts cfg.shares;
      }
    )
    // lib.optionalAttrs (extraConfig != { }) { inherit extraConfig; };

  /**
    Machines by name → the JSON file's text.
  */
  textOf = machines: builtins.toJSON { inherit machines; };
}
