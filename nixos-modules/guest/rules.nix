# What can be said of a guest before the engine sees it, with what to do about it. Everything else is checked by the
# engine, which reports all problems of a definition at once (`microvm validate`).
{
  config,
  lib,
  options,
  ...
}:
let
  cfg = config.microvm;
  inherit (config.networking) hostName;
  inherit (import ../definition.nix { inherit lib; }) isMachineName isRoot machineNameFor;
  # The options of this project's own modules, which a test of these rules alone does not have.
  overlay = cfg.writableStoreOverlay or null;
  isNamed = (options.microvm.name.highestPrio or 0) < (lib.mkDefault null).priority;
  isAbsolute = lib.hasPrefix "/";

  # Paths that may be left out, of the items of a list.
  optionalPath =
    list: key:
    lib.concatLists (
      lib.imap0 (
        index: item:
        lib.optional (item.${key} != null) {
          at = "${list}[${toString index}].${key}";
          path = item.${key};
        }
      ) cfg.${list}
    );

  paths = lib.concatLists [
    (optionalPath "shares" "source")
    # microvm.nix starts virtiofsd on a socket that is named here.
    (map (
      path:
      path
      // {
        fix = "Remove it: virtiofsd is started with the machine. With an absolute path one that runs already is used.";
      }
    ) (optionalPath "shares" "socket"))
    (optionalPath "interfaces" "socket")
    (optionalPath "volumes" "vhostUserSocket")
    (lib.concatLists (
      lib.mapAttrsToList (
        name: port:
        lib.optional (port.socket != null) {
          at = "vsock.ports.${name}.socket";
          path = port.socket;
        }
      ) cfg.vsock.ports
    ))
    (lib.optional (cfg.tpm.socket != null) {
      at = "tpm.socket";
      path = cfg.tpm.socket;
    })
    (lib.optional (cfg.rng.source != null) {
      at = "rng.source";
      path = cfg.rng.source;
    })
    (lib.concatLists (
      lib.mapAttrsToList (
        name: credential:
        lib.optional (lib.isAttrs credential && credential.file != null) {
          at = "credentials.${name}.file";
          path = credential.file;
        }
      ) cfg.credentials
    ))
    (lib.imap0 (index: { path, ... }: {
      at = "unit.paths[${toString index}].path";
      inherit path;
    }) cfg.unit.paths)
    (lib.optionals (lib.isAttrs cfg.landlock) (
      lib.imap0 (index: { path, ... }: {
        at = "landlock.rules[${toString index}].path";
        inherit path;
      }) cfg.landlock.rules
    ))
  ];

  sources = credential: lib.filter (key: credential.${key} != null) (lib.attrNames credential);
  roots = lib.filter isRoot cfg.volumes;
in
{
  config = lib.mkIf cfg.guest.enable {
    assertions =
      map (
        {
          at,
          path,
          fix ? "Write an absolute path.",
        }:
        {
          assertion = isAbsolute path;
          message = ''
            microvm.${at} is "${path}", a relative path. The definition of a NixOS guest lies in the store, and nothing lies beside it.
            ${fix}
          '';
        }
      ) paths
      ++ lib.concatLists (
        lib.mapAttrsToList (
          name: credential:
          lib.optional (lib.isAttrs credential) {
            assertion = lib.length (sources credential) == 1;
            message = ''
              microvm.credentials.${name} has ${toString (lib.length (sources credential))} sources. Its value comes from exactly one.
              Set one of text, file and credential.
            '';
          }
        ) cfg.credentials
      )
      ++ [
        {
          assertion = lib.length roots <= 1;
          message = ''
            microvm.volumes: ${toString (lib.length roots)} volumes are the guest's "/", but it has one.
            Keep root = true (or mountPoint = "/") on one of them, and give the others a mountPoint of their own.
          '';
        }
        {
          assertion = lib.all (volume: volume.mountPoint == null || volume.mountPoint == "/") roots;
          message = ''
            microvm.volumes: a volume with root = true has a mountPoint as well. It is mounted at "/".
            Remove the mountPoint.
          '';
        }
        {
          assertion = lib.all (
            volume: (volume.mountPoint == null && !isRoot volume) || !(lib.elem volume.fsType [ "none" "swap" ])
          ) cfg.volumes;
          message = ''
            microvm.volumes: a volume with fsType = "none" or "swap" has a mountPoint, and there is no file system to mount.
            Set fsType to what is on it, or remove the mountPoint.
          '';
        }
        {
          assertion = lib.all ({ mountPoint, ... }: mountPoint != "/nix/store") (cfg.shares ++ cfg.volumes);
          message = ''
            microvm.shares or microvm.volumes has something for /nix/store, where the guest's own store is mounted (microvm.storeDisk).
            Remove it.
          '';
        }
        {
          assertion = lib.all (
            share:
            overlay == null
            || share.mountPoint == null
            || !lib.hasPrefix "${share.mountPoint}/" "${overlay}/"
            || share.xattr == true
            || share.posixAcl == true
          ) cfg.shares;
          message = ''
            microvm.writableStoreOverlay is ${toString overlay}, which is on a share without extended attributes: an overlay cannot keep its notes there.
            Set xattr = true on that share, or put the overlay on a volume.
          '';
        }
        {
          assertion = hostName != "" || cfg.hostname != null;
          message = ''
            networking.hostName is empty, so the machine has no name.
            Set networking.hostName, or microvm.name and microvm.hostname.
          '';
        }
        {
          assertion = hostName == "" || isNamed || isMachineName hostName;
          message = ''
            networking.hostName is "${hostName}", and no machine can have that name: it has a-z, 0-9 and "-" (not at either end), at most 48 characters.
            Set microvm.name = "${machineNameFor hostName}"; the guest keeps its host name.
          '';
        }
      ];

    warnings =
      lib.optional (lib.any ({ source, ... }: source == "/nix/store") cfg.shares) ''
        microvm.shares has the host's /nix/store. This guest brings its own store on a disk (microvm.storeDisk) and does not need it.
        Remove the share: without it nothing of the host's store is open to the guest.
      ''
      ++
        lib.optional
          (
            lib.any (credential: lib.isString credential || (credential.text or null) != null) (
              lib.attrValues cfg.credentials
            )
          )
          ''
            microvm.credentials has values written out: they end in the Nix store, which everybody on the host can read.
            For secrets use { file = "/path/on/the/host"; } or { credential = "name of a credential of the unit"; }.
          '';
  };
}
