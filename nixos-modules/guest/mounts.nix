# Where volumes and shares appear in the guest. By serial number and tag, never by position.
{
  config,
  lib,
  utils,
  ...
}:
let
  cfg = config.microvm;
  overlay = cfg.writableStoreOverlay;
  # Whether the writable layer of the store is on what is mounted there.
  holdsOverlay =
    mountPoint: overlay != null && lib.hasPrefix "${lib.removeSuffix "/" mountPoint}/" "${overlay}/";
  # For a volume or share of the machine that stage 1 has to mount before the store.
  early = mountPoint: lib.mkIf (holdsOverlay mountPoint) true;
  inherit (import ../definition.nix { inherit lib; }) isRoot serialOf;

  volumes = lib.imap0 (index: volume: volume // { device = "/dev/disk/by-id/virtio-${serialOf index volume}"; }) cfg.volumes;
  fsTypeOf = volume: if volume.fsType == null then "ext4" else volume.fsType;
  flag = readOnly: if readOnly == true then "ro" else "rw";

  ofVolume = volume: {
    name = if isRoot volume then "/" else volume.mountPoint;
    value = {
      inherit (volume) device;
      fsType = fsTypeOf volume;
      options = [ (flag volume.readOnly) ];
      neededForBoot = early (if isRoot volume then "/" else volume.mountPoint);
    };
  };
  ofShare = share: {
    name = share.mountPoint;
    value = {
      device = share.tag;
      fsType = "virtiofs";
      options = [ (flag share.readOnly) ];
      neededForBoot = early share.mountPoint;
    };
  };
  # The store has its place; rules.nix says so.
  mounted = lib.filter ({ mountPoint, ... }: mountPoint != null && mountPoint != "/nix/store");
  rootVolumes = lib.filter isRoot volumes;
in
{
  config = lib.mkIf cfg.guest.enable {
    fileSystems = lib.mkMerge [
      (lib.listToAttrs (map ofVolume (rootVolumes ++ mounted (lib.filter (volume: !isRoot volume) volumes))))
      (lib.listToAttrs (map ofShare (mounted cfg.shares)))
      (lib.mkIf (rootVolumes == [ ]) {
        "/" = {
          device = lib.mkDefault "tmpfs";
          fsType = lib.mkDefault "tmpfs";
          # No default priority: NixOS adds to this list, and would replace it. First, as the last of two sizes counts; and
          # not for another file system that the guest's own configuration puts here, which would refuse them.
          options = lib.mkIf (config.fileSystems."/".fsType == "tmpfs") (
            lib.mkBefore [
              "mode=0755"
              "size=50%"
            ]
          );
        };
      })
      {
        ${if overlay == null then "/nix/store" else "/nix/.ro-store"} = {
          # The root disk's serial number, as the engine gives it.
          device = "/dev/disk/by-id/virtio-root";
          fsType = "erofs";
          options = [ "ro" ];
          neededForBoot = true;
        };
      }
      (lib.mkIf (overlay != null) {
        "/nix/store" = {
          overlay = {
            lowerdir = [ "/nix/.ro-store" ];
            upperdir = "${overlay}/store";
            workdir = "${overlay}/work";
          };
          # virtio-fs has no trusted.* attributes for whoever is not root on the host.
          options = lib.mkIf (lib.any (
            share: share.mountPoint != null && holdsOverlay share.mountPoint
          ) cfg.shares) [ "userxattr" ];
          neededForBoot = true;
        };
      })
    ];

    # NixOS brings the drivers of the file systems that it has a module for; it has none for this one.
    boot.initrd.availableKernelModules = lib.mkIf (lib.any (
      fileSystem: fileSystem.fsType == "virtiofs" && utils.fsNeededForBoot fileSystem
    ) (lib.attrValues config.fileSystems)) [ "virtiofs" ];
  };
}
