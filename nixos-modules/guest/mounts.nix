# Where volumes and shares appear in the guest. By serial number and tag, never by position.
{ config, lib, ... }:
let
  cfg = config.microvm;
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
    };
  };
  ofShare = share: {
    name = share.mountPoint;
    value = {
      device = share.tag;
      fsType = "virtiofs";
      options = [ (flag share.readOnly) ];
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
        "/nix/store" = {
          # The root disk's serial number, as the engine gives it.
          device = "/dev/disk/by-id/virtio-root";
          fsType = "erofs";
          options = [ "ro" ];
          neededForBoot = true;
        };
      }
    ];
  };
}
