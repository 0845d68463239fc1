# Where volumes and shares appear in the guest. By serial number and tag, never by position.
{ config, lib, ... }:
let
  cfg = config.microvm;
  inherit (import ../definition.nix { inherit lib; }) serialOf;

  volumes = lib.imap0 (index: volume: volume // { device = "/dev/disk/by-id/virtio-${serialOf index volume}"; }) cfg.volumes;
  fsTypeOf = volume: if volume.fsType == null then "ext4" else volume.fsType;
  flag = readOnly: if readOnly == true then "ro" else "rw";

  ofVolume = volume: {
    name = if volume.root == true then "/" else volume.mountPoint;
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
  mounted = lib.filter ({ mountPoint, ... }: mountPoint != null);
  rootVolumes = lib.filter (volume: volume.root == true) volumes;
in
{
  config = lib.mkIf cfg.guest.enable {
    fileSystems = lib.mkMerge [
      (lib.listToAttrs (map ofVolume (rootVolumes ++ mounted (lib.filter (volume: volume.root != true) volumes))))
      (lib.listToAttrs (map ofShare (mounted cfg.shares)))
      (lib.mkIf (rootVolumes == [ ]) {
        "/" = {
          device = lib.mkDefault "tmpfs";
          fsType = lib.mkDefault "tmpfs";
          # No default priority: NixOS adds to this list, and would replace it.
          options = [
            "mode=0755"
            "size=50%"
          ];
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
