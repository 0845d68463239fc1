# Kernel, initrd and store disk: the files a machine boots from.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.microvm;
  closure = pkgs.closureInfo { rootPaths = [ config.system.build.toplevel ]; };
  # The system cannot refer to the list of what it is made of; the kernel's command line, which is no part of it, can.
  registration = "microvm.registration=${closure}/registration";

  # As a stream, without a copy of the closure on the way. The same closure gives the same bytes: fixed UUID, times, owners.
  storeDisk =
    pkgs.runCommandLocal "${cfg.name}-store.erofs"
      {
        __structuredAttrs = true;
        # The paths in an image are the guest's: without this the host would keep the closure a second time.
        unsafeDiscardReferences.out = true;
        nativeBuildInputs = [
          pkgs.buildPackages.erofs-utils
          pkgs.buildPackages.gnutar
        ];
        inherit closure;
        flags = cfg.storeDiskErofsFlags;
      }
      ''
        { cat "$closure/store-paths"; ${lib.optionalString cfg.registerClosure ''echo "$closure"; ''}} |
          tar --create --absolute-names --verbatim-files-from \
            --transform 'flags=rSh;s|/nix/store/||' --files-from - |
          mkfs.erofs "''${flags[@]}" --quiet --force-uid=0 --force-gid=0 -L nix-store -T 0 \
            -U 0867da16-f251-457d-a9e8-c31f9a3c220b --hard-dereference --tar=f "$out"
      '';
in
{
  config = lib.mkIf cfg.guest.enable {
    microvm = {
      inherit storeDisk;
      registerClosure = lib.mkDefault config.nix.enable;
      image = {
        # bzImage (Image on aarch64): both hypervisors boot it, and it does not bring the kernel's build tree along.
        kernel = lib.mkDefault "${config.system.build.kernel}/${config.system.boot.loader.kernelFile}";
        initrd = lib.mkDefault "${config.system.build.initialRamdisk}/${config.system.boot.loader.initrdFile}";
        root = lib.mkDefault "${storeDisk}";
        # Without context: the command line names the guest's toplevel, and the definition must not drag it along.
        cmdline = lib.mkDefault (
          builtins.unsafeDiscardStringContext (
            toString (
              config.boot.kernelParams
              ++ [ "init=${config.system.build.toplevel}/init" ]
              ++ lib.optional cfg.registerClosure registration
            )
          )
        );
        systemd = lib.mkDefault (
          lib.toInt (lib.head (builtins.match "([0-9]+).*" config.systemd.package.version))
        );
      };
    };

    boot = {
      # Before the Nix daemon can be asked. Loading the same paths again changes nothing.
      postBootCommands = lib.mkIf cfg.registerClosure ''
        for parameter in $(cat /proc/cmdline); do
          case "$parameter" in
            microvm.registration=*) ${lib.getExe' config.nix.package.out "nix-store"} --load-db < "''${parameter#*=}" ;;
          esac
        done
      '';
      loader.grub.enable = false;
      initrd = {
        systemd.enable = lib.mkDefault true;
        # Drops AHCI, USB, PS/2, NVMe, MMC: there is nothing of the kind.
        includeDefaultModules = false;
        availableKernelModules = [
          "virtio_pci"
          "virtio_blk"
          "virtio_console"
          "virtio_net"
          "virtio_rng"
        ];
        # Readiness: PID 1 reads its credentials from SMBIOS and speaks over vsock before it has loaded anything, so both
        # must be there when it starts.
        kernelModules = [
          "dmi-sysfs"
          "vmw_vsock_virtio_transport"
        ];
      };
    };
  };
}
