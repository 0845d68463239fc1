# Tests over the real NixOS modules: guests down to their toplevel, the host down to the text of its units.
{ lib, pkgs }:
let
  root = ../..;
  inherit (import ./systems.nix { inherit lib pkgs; })
    system
    guest
    host
    failures
    ;
  flake = (import (root + "/flake.nix")).outputs {
    self = flake;
    nixpkgs = { inherit lib; };
  };
  # What a file's text refers to, by name without hash and ending.
  references =
    text:
    lib.sort lib.lessThan (
      map (path: lib.removeSuffix ".drv" (lib.substring 33 (-1) (baseNameOf path))) (
        lib.attrNames (builtins.getContext text)
      )
    );

  plain = guest { };
  rich = guest {
    microvm = {
      mem = "1G";
      volumes = [
        {
          image = "root.img";
          size = "4G";
          root = true;
        }
        {
          image = "data.img";
          size = "1G";
          fsType = "xfs";
          mountPoint = "/data";
          readOnly = true;
        }
      ];
      shares = [
        {
          tag = "media";
          source = "/srv/media";
          mountPoint = "/media";
        }
      ];
      interfaces = [
        {
          type = "user";
          id = "uplink";
        }
      ];
    };
    system.stateVersion = "24.11";
  };
  mount = config: where: {
    inherit (config.fileSystems.${where}) device fsType;
    flag = lib.any (option: option == "ro") config.fileSystems.${where}.options;
  };

  two = host {
    microvm.vms = {
      db.config.microvm.mem = "1G";
      web = {
        after = [ "db" ];
        autostart = false;
        config = { };
      };
    };
  };
  lines = text: lib.splitString "\n" text;
  unit = name: two.systemd.units.${name};
  example = file: guest { imports = [ (root + "/examples/${file}") ]; };
in
{
  "test: nixos: a guest of which nothing is said is in order" = {
    expr = {
      failed = failures plain;
      inherit (plain) warnings;
      inherit (plain.microvm) name;
      toplevel = lib.hasSuffix ".drv" plain.system.build.toplevel.drvPath;
    };
    expected = {
      failed = [ ];
      warnings = [ ];
      name = "web";
      toplevel = true;
    };
  };
  "test: nixos: the definition refers to kernel, initrd and store disk, and to nothing else of the guest" = {
    expr = lib.length (references (builtins.toJSON plain.microvm.machine));
    expected = 3;
  };
  "test: nixos: the command line names the guest's init" = {
    expr = lib.hasInfix " init=/nix/store/" plain.microvm.machine.image.cmdline;
    expected = true;
  };
  "test: nixos: what readiness needs is in the initrd" = {
    expr =
      lib.subtractLists
        (plain.boot.initrd.availableKernelModules ++ plain.boot.initrd.kernelModules)
        [
          "dmi-sysfs"
          "erofs"
          "virtio_blk"
          "virtio_pci"
          "vmw_vsock_virtio_transport"
        ];
    expected = [ ];
  };
  "test: nixos: a tmpfs root, and the store on the root disk" = {
    expr = map (mount plain) [
      "/"
      "/nix/store"
    ];
    expected = [
      {
        device = "tmpfs";
        fsType = "tmpfs";
        flag = false;
      }
      {
        device = "/dev/disk/by-id/virtio-root";
        fsType = "erofs";
        flag = true;
      }
    ];
  };
  "test: nixos: the root's size stays bounded, and can be another" = {
    expr =
      map
        (config: lib.last (lib.filter (lib.hasPrefix "size=") config.fileSystems."/".options))
        [
          plain
          (guest { fileSystems."/".options = [ "size=1G" ]; })
        ];
    expected = [
      "size=50%"
      "size=1G"
    ];
  };
  "test: nixos: another root has no options of a tmpfs: by mount point as in microvm.nix, or by fileSystems" = {
    expr =
      map
        (config: {
          inherit (config.fileSystems."/") device fsType;
          options = lib.subtractLists [ "x-initrd.mount" "rw" "defaults" ] config.fileSystems."/".options;
          failed = failures config;
        })
        [
          (guest {
            microvm.volumes = [
              {
                image = "root.img";
                size = "4G";
                mountPoint = "/";
              }
            ];
            system.stateVersion = "24.11";
          })
          (guest {
            fileSystems."/" = {
              device = "/dev/vdb";
              fsType = "ext4";
            };
            system.stateVersion = "24.11";
          })
        ];
    expected =
      map
        (device: {
          inherit device;
          fsType = "ext4";
          options = [ ];
          failed = [ ];
        })
        [
          "/dev/disk/by-id/virtio-vol0"
          "/dev/vdb"
        ];
  };
  "test: nixos: volumes and shares are mounted by serial number and tag" = {
    expr = {
      failed = failures rich;
      mounts = map (mount rich) [
        "/"
        "/data"
        "/media"
      ];
    };
    expected = {
      failed = [ ];
      mounts = [
        {
          device = "/dev/disk/by-id/virtio-vol0";
          fsType = "ext4";
          flag = false;
        }
        {
          device = "/dev/disk/by-id/virtio-vol1";
          fsType = "xfs";
          flag = true;
        }
        {
          device = "media";
          fsType = "virtiofs";
          flag = false;
        }
      ];
    };
  };
  "test: nixos: a share of the host's store at its place is refused in words" = {
    expr = failures (guest {
      microvm.shares = [
        {
          tag = "store";
          source = "/nix/store";
          mountPoint = "/nix/store";
        }
      ];
    });
    expected = [
      "microvm.shares or microvm.volumes has something for /nix/store, where the guest's own store is mounted (microvm.storeDisk)."
    ];
  };
  "test: nixos: an option of microvm.nix that is gone says what to use" = {
    expr = lib.any (lib.hasInfix "initialBalloonMem") (
      map (a: a.message) (lib.filter (a: !a.assertion) (guest { microvm.balloonMem = 512; }).assertions)
    );
    expected = true;
  };
  "test: nixos: off, the guest module changes nothing" = {
    expr =
      let
        off = guest { microvm.guest.enable = false; };
      in
      off.fileSystems ? "/nix/store" || lib.elem "dmi-sysfs" off.boot.initrd.kernelModules;
    expected = false;
  };

  "test: nixos: a host with two machines is in order" = {
    expr = {
      failed = failures two;
      etc = lib.filter (lib.hasPrefix "microvm/") (lib.attrNames two.environment.etc);
      toplevel = lib.hasSuffix ".drv" two.system.build.toplevel.drvPath;
    };
    expected = {
      failed = [ ];
      etc = [
        "microvm/db.json"
        "microvm/web.json"
      ];
      toplevel = true;
    };
  };
  "test: nixos: a configuration that imports the guest module itself can be a machine of a host" = {
    expr =
      (host { microvm.vms.web.config.imports = [ flake.nixosModules.guest ]; }).microvm.vms.web.machine.hostname;
    expected = "web";
  };
  "test: nixos: the host does not keep the guests' closures" = {
    expr = map (name: lib.length (references two.microvm.vms.${name}.file.text)) [
      "db"
      "web"
    ];
    expected = [
      3
      3
    ];
  };
  "test: nixos: a tap has its queues, and the host neither waits for it nor asks it for an address" = {
    expr =
      let
        config = host {
          networking.useNetworkd = true;
          microvm.vms.web.config.microvm.interfaces = [
            {
              type = "tap";
              id = "vm-web";
              queues = 2;
            }
          ];
          microvm.vms.web.config.microvm.vcpu = 2;
        };
        text = name: lines config.systemd.network.units.${name}.text;
      in
      {
        failed = failures config;
        netdev = lib.subtractLists (text "zzz-microvm-vm-web.netdev") [
          "Kind=tap"
          "MultiQueue=true"
          "User=microvm-web"
        ];
        network = lib.subtractLists (text "zzz-microvm-vm-web.network") [
          "DHCP=no"
          "RequiredForOnline=no"
        ];
      };
    expected = {
      failed = [ ];
      netdev = [ ];
      network = [ ];
    };
  };
  "test: nixos: each machine has a unit that a switch can miss" = {
    expr = (unit "microvm@.service").aliases;
    expected = [
      "microvm@db.service"
      "microvm@web.service"
    ];
  };
  "test: nixos: a drop-in adds and replaces nothing of the template" = {
    expr = map (line: lib.head (lib.splitString "=" line)) (
      lib.filter (
        line: lib.hasInfix "=" line && !lib.hasPrefix "Environment=" line
      ) (lines (unit "microvm@web.service").text)
    );
    expected = [
      "After"
      "Requires"
      "X-Restart-Triggers"
      "X-RestartIfChanged"
    ];
  };
  "test: nixos: only machines with autostart are wanted" = {
    expr = lib.filter (lib.hasPrefix "Wants=") (lines (unit "microvms.target").text);
    expected = [ "Wants=microvm@db.service" ];
  };

  "test: nixos: what stage 1 mounts has its driver there" = {
    expr =
      let
        early = guest {
          microvm.shares = [
            {
              tag = "static";
              source = "/srv/static";
              mountPoint = "/static";
            }
          ];
          fileSystems."/static".neededForBoot = true;
        };
      in
      map (lib.elem "virtiofs") [
        early.boot.initrd.availableKernelModules
        plain.boot.initrd.availableKernelModules
      ];
    expected = [
      true
      false
    ];
  };
  "test: nixos: a writable store is an overlay above the store disk, on the volume that holds it" = {
    expr =
      let
        config = guest {
          microvm.writableStoreOverlay = "/nix/.rw-store";
          microvm.volumes = [
            {
              image = "store.img";
              size = "4G";
              mountPoint = "/nix/.rw-store";
            }
          ];
          system.stateVersion = "24.11";
        };
      in
      {
        failed = failures config;
        below = (mount config "/nix/.ro-store").device;
        store = config.fileSystems."/nix/store".fsType;
        early = config.fileSystems."/nix/.rw-store".neededForBoot;
        nix = config.nix.enable;
        registered = lib.hasInfix "--load-db" config.boot.postBootCommands;
        driver = lib.elem "overlay" config.boot.initrd.availableKernelModules;
      };
    expected = {
      failed = [ ];
      below = "/dev/disk/by-id/virtio-root";
      store = "overlay";
      early = true;
      nix = true;
      registered = true;
      driver = true;
    };
  };
  "test: nixos: networkd finds the host's own file for a tap before ours" = {
    expr =
      let
        config = host {
          networking.useNetworkd = true;
          systemd.network.networks."57-vm-board" = {
            matchConfig.Name = "vm-*";
            networkConfig.Bridge = "br0";
          };
          microvm.vms.web.config.microvm.interfaces = [
            {
              type = "tap";
              id = "vm-web";
            }
          ];
        };
      in
      lib.filter (name: lib.hasSuffix ".network" name && lib.hasInfix "vm-" name) (
        lib.attrNames config.systemd.network.units
      );
    expected = [
      "57-vm-board.network"
      "zzz-microvm-vm-web.network"
    ];
  };
  "test: nixos: a host name that no machine can have is refused with the name to set" = {
    expr = {
      refused = lib.any (a: !a.assertion && lib.hasInfix ''Set microvm.name = "web-1"'' a.message) (
        guest { networking.hostName = "Web_1"; }
      ).assertions;
      named = failures (guest {
        networking.hostName = "Web_1";
        microvm.name = "web-1";
      });
    };
    expected = {
      refused = true;
      named = [ ];
    };
  };

  "test: nixos: examples/nixos-hello" = {
    expr = failures (example "nixos-hello/guest.nix");
    expected = [ ];
  };
  "test: nixos: examples/nixos-host" = {
    expr = failures (system [
      (root + "/nixos-modules/host")
      (root + "/examples/nixos-host/host.nix")
    ]).config;
    expected = [ ];
  };
}
