# Tests that need nothing but nixpkgs' lib, in the form of lib.runTests: { test… = { expr; expected; }; }.
{ lib }:
let
  root = ../..;
  modules = root + "/nixos-modules";
  definition = import (modules + "/definition.nix") { inherit lib; };
  inherit (import (modules + "/host/machine-user.nix") { inherit lib; }) machineUser;

  options = {
    options.microvm = import (modules + "/options/machine.nix") { inherit lib; } // {
      image = import (modules + "/options/image.nix") { inherit lib; };
    };
  };
  image.kernel = "/k";
  machine =
    config:
    definition.machineOf
      (lib.evalModules {
        modules = [
          options
          { config.microvm = { inherit image; } // config; }
        ];
      }).config.microvm;
  accepts = config: (builtins.tryEval (builtins.deepSeq (machine config) true)).success;

  # The guest's rules with no more of NixOS than they look at.
  rulesOf =
    config:
    (lib.evalModules {
      modules = [
        options
        (modules + "/guest/rules.nix")
        {
          options = {
            microvm.guest.enable = lib.mkOption { default = true; };
            networking.hostName = lib.mkOption { default = "web"; };
            assertions = lib.mkOption { type = lib.types.listOf lib.types.unspecified; };
            warnings = lib.mkOption { type = lib.types.listOf lib.types.str; };
          };
          config.microvm = { inherit image; } // config;
        }
      ];
    }).config;
  firstLines = map (text: lib.head (lib.splitString "\n" text));
  failuresOf = config: firstLines (map (a: a.message) (lib.filter (a: !a.assertion) (rulesOf config).assertions));

  # A host with no more of NixOS than its module sets; its machines are given as definitions, so no guest is evaluated.
  hostOf = hostWith { };
  hostWith = hostWithin { };
  hostWithin =
    surroundings: others: vms:
    (lib.evalModules {
      specialArgs.pkgs = {
        coreutils = "/coreutils";
        writeText = name: text: {
          outPath = "/${name}";
          inherit text;
        };
        writeShellScript = name: text: "/${name}";
        callPackage = _: _: { };
      };
      modules = [
        (modules + "/host")
        {
          options =
            lib.genAttrs
              [
                "environment"
                "users"
                "networking"
              ]
              (
                _:
                lib.mkOption {
                  type = lib.types.attrsOf lib.types.anything;
                  default = { };
                }
              )
            // {
              systemd =
                lib.genAttrs
                  [
                    "services"
                    "targets"
                    "generators"
                    "tmpfiles"
                  ]
                  (
                    _:
                    lib.mkOption {
                      type = lib.types.attrsOf lib.types.anything;
                      default = { };
                    }
                  )
                // {
                  # One reads another, so each is an option as in NixOS.
                  network =
                    lib.genAttrs
                      [
                        "units"
                        "networks"
                        "netdevs"
                      ]
                      (
                        _:
                        lib.mkOption {
                          type = lib.types.attrsOf lib.types.anything;
                          default = { };
                        }
                      );
                };
              security.polkit.enable = lib.mkOption { default = false; };
              security.polkit.extraConfig = lib.mkOption { default = ""; };
              assertions = lib.mkOption { type = lib.types.listOf lib.types.unspecified; };
            };
          config.microvm = {
            host.package = {
              type = "derivation";
              name = "microvm";
              outPath = "/microvm";
              meta.mainProgram = "microvm";
            };
            vms = lib.mapAttrs (
              _: vm:
              vm
              // {
                definition = {
                  image.kernel = "/k";
                }
                // vm.definition or { };
              }
            ) vms;
          };
        }
        { microvm = others; }
        surroundings
      ];
    }).config;
  hostFailures = vms: firstLines (map (a: a.message) (lib.filter (a: !a.assertion) (hostOf vms).assertions));
  tap = mac: {
    interfaces = [
      {
        type = "tap";
        id = "tap0";
        inherit mac;
      }
    ];
  };
in
{
  "test: a machine of which nothing is said is its image" = {
    expr = machine { };
    expected = { inherit image; };
  };
  "test: false, 0 and empty text are said, null is not" = {
    expr = machine {
      pvpanic = false;
      cpu.affinity = [
        {
          vcpu = 0;
          host = [ 1 ];
        }
      ];
      platform.serialNumber = "";
      hypervisor = null;
    };
    expected = {
      inherit image;
      pvpanic = false;
      cpu.affinity = [
        {
          vcpu = 0;
          host = [ 1 ];
        }
      ];
      platform.serialNumber = "";
    };
  };
  "test: a merge patch keeps its nulls" = {
    expr = (machine { extraConfig.cloud-hypervisor.rng = null; }).extraConfig;
    expected.cloud-hypervisor.rng = null;
  };
  "test: extra arguments of one hypervisor do not name the other" = {
    expr = (machine { extraArgs.qemu = [ "a" ]; }).extraArgs;
    expected.qemu = [ "a" ];
  };
  "test: volumes are found by their serial numbers, and mounted by the guest itself" = {
    expr =
      (machine {
        volumes = [
          {
            image = "a.img";
            root = true;
          }
          {
            image = "b.img";
            mountPoint = "/b";
            serial = "mine";
          }
          { image = "c.img"; }
        ];
      }).volumes;
    expected = [
      {
        image = "a.img";
        serial = "vol0";
      }
      {
        image = "b.img";
        serial = "mine";
      }
      {
        image = "c.img";
        serial = "vol2";
      }
    ];
  };
  "test: a credential is a text or says where its value is" = {
    expr =
      (machine {
        credentials = {
          plain = "x";
          elsewhere.file = "/etc/key";
        };
      }).credentials;
    expected = {
      plain = "x";
      elsewhere.file = "/etc/key";
    };
  };
  "test: sizes and times are what the schema takes" = {
    expr = map accepts [
      { mem = 512; }
      { mem = "1.5G"; }
      { mem = "512 MiB"; }
      { startTimeout = 90; }
      { startTimeout = "1min 30s"; }
      { startTimeout = 0.5; }
    ];
    expected = lib.genList (_: true) 6;
  };
  "test: what the schema refuses is refused" = {
    expr = map accepts [
      { mem = 0; }
      { mem = "lots"; }
      { startTimeout = "soon"; }
      { vcpu = 0; }
      { hypervisor = "firecracker"; }
      { vsock.cid = 2; }
      { ready = "target:x.service"; }
      {
        shares = [
          {
            tag = "x";
            source = "/x";
            proto = "9p";
          }
        ];
      }
      { memory = 1; }
    ];
    expected = lib.genList (_: false) 9;
  };
  "test: what microvm.nix has inside other options is refused, with advice, and null is not" = {
    expr =
      let
        entries = value: [
          (interface { bridge = value; })
          (interface { macvtap = value; })
          (interface { tap = value; })
          {
            shares = [
              {
                tag = "a";
                source = "/a";
                securityModel = value;
              }
            ];
          }
          {
            devices = [
              {
                bus = "pci";
                path = "0000:01:00.0";
                qemu = value;
              }
            ];
          }
          { vsock.ssh = value; }
        ];
        interface = more: {
          interfaces = [
            (
              {
                type = "tap";
                id = "a";
              }
              // more
            )
          ];
        };
        share = (import (modules + "/options/machine.nix") { inherit lib; }).shares.type.nestedTypes.elemType.getSubOptions [ ];
      in
      {
        refused = lib.any accepts (entries { });
        nulls = lib.all accepts (entries null);
        advice = map (lib.hasInfix "shares are virtio-fs") [
          share.securityModel.type.description
          share.proto.type.description
        ];
      };
    expected = {
      refused = false;
      nulls = true;
      advice = [
        true
        true
      ];
    };
  };
  "test: one definition of several machines" = {
    expr = builtins.fromJSON (
      definition.textOf {
        a = machine { };
        b = machine { after = [ "a" ]; };
      }
    );
    expected.machines = {
      a = { inherit image; };
      b = {
        inherit image;
        after = [ "a" ];
      };
    };
  };

  "test: guest rules: relative paths" = {
    expr = failuresOf {
      shares = [
        {
          tag = "a";
          source = "data";
          socket = "a.sock";
        }
      ];
      interfaces = [
        {
          type = "vhost-user";
          id = "net";
          socket = "net.sock";
        }
      ];
      volumes = [
        {
          image = "in-the-state-directory.img";
          vhostUserSocket = "blk.sock";
        }
      ];
      vsock.ports.api = {
        port = 7000;
        socket = "api.sock";
      };
      tpm.socket = "tpm.sock";
      rng.source = "rng";
      credentials.key.file = "key";
      landlock.rules = [
        {
          path = "x";
          access = "r";
        }
      ];
    };
    expected =
      map
        (
          at:
          ''microvm.${at}, a relative path. The definition of a NixOS guest lies in the store, and nothing lies beside it.''
        )
        [
          ''shares[0].source is "data"''
          ''shares[0].socket is "a.sock"''
          ''interfaces[0].socket is "net.sock"''
          ''volumes[0].vhostUserSocket is "blk.sock"''
          ''vsock.ports.api.socket is "api.sock"''
          ''tpm.socket is "tpm.sock"''
          ''rng.source is "rng"''
          ''credentials.key.file is "key"''
          ''landlock.rules[0].path is "x"''
        ];
  };
  "test: guest rules: a credential has one source" = {
    expr = failuresOf {
      credentials.key = {
        file = "/key";
        text = "x";
      };
    };
    expected = [ "microvm.credentials.key has 2 sources. Its value comes from exactly one." ];
  };
  "test: guest rules: one root, without a mount point" = {
    expr = failuresOf {
      volumes = [
        {
          image = "a";
          root = true;
        }
        {
          image = "b";
          root = true;
          mountPoint = "/b";
        }
      ];
    };
    expected = [
      ''microvm.volumes: 2 volumes are the guest's "/", but it has one.''
      ''microvm.volumes: a volume with root = true has a mountPoint as well. It is mounted at "/".''
    ];
  };
  "test: guest rules: what is in order passes" = {
    expr = failuresOf {
      shares = [
        {
          tag = "a";
          source = "/data";
          mountPoint = "/data";
        }
      ];
      volumes = [
        {
          image = "a";
          size = "1G";
          root = true;
        }
      ];
      credentials.key.credential = "key";
    };
    expected = [ ];
  };
  "test: guest rules: secrets in the store and the host's store are warned of" = {
    expr = lib.length (rulesOf {
      shares = [
        {
          tag = "s";
          source = "/nix/store";
        }
      ];
      credentials.key = "hunter2";
    }).warnings;
    expected = 2;
  };

  "test: host: a definition per machine, and its dependencies as units" = {
    expr =
      let
        host = hostOf {
          db.definition.vcpu = 2;
          web.definition.after = [ "db" ];
        };
      in
      {
        etc = lib.mapAttrs (_: file: builtins.fromJSON file.source.text) host.environment.etc;
        inherit (host.systemd.services."microvm@web") requires after;
        wants = host.systemd.targets.microvms.wants;
        aliases = host.systemd.services."microvm@".aliases;
      };
    expected = {
      etc = {
        "microvm/db.json".machines.db = {
          inherit image;
          vcpu = 2;
        };
        "microvm/web.json".machines.web = { inherit image; };
      };
      requires = [ "microvm@db.service" ];
      after = [ "microvm@db.service" ];
      wants = [
        "microvm@db.service"
        "microvm@web.service"
      ];
      aliases = [
        "microvm@db.service"
        "microvm@web.service"
      ];
    };
  };
  "test: host: autostart and restartIfChanged" = {
    expr =
      let
        host = hostOf {
          a = {
            autostart = false;
            restartIfChanged = false;
          };
          b = { };
        };
        said = name: host.systemd.services."microvm@${name}".serviceConfig.X-RestartIfChanged;
      in
      [
        host.systemd.targets.microvms.wants
        (said "a")
        (said "b")
      ];
    expected = [
      [ "microvm@b.service" ]
      false
      true
    ];
  };
  "test: host: what two machines cannot both have" = {
    expr = hostFailures {
      a.definition = tap "02:00:00:00:00:0A" // {
        volumes = [ { image = "/srv/disk.img"; } ];
        devices = [
          {
            bus = "pci";
            path = "0000:01:00.0";
          }
        ];
      };
      b.definition = tap "02:00:00:00:00:0a" // {
        volumes = [ { image = "/srv/disk.img"; } ];
        devices = [
          {
            bus = "pci";
            path = "0000:01:00.0";
          }
        ];
      };
    };
    expected = [
      "microvm.vms: a and b have the same MAC address, 02:00:00:00:00:0a."
      "microvm.vms: a and b have the same PCI device, 0000:01:00.0."
      "microvm.vms: a and b have the same disk image, /srv/disk.img."
      "microvm.vms: a and b have the same tap or macvtap device, tap0."
    ];
  };
  "test: host: what two machines can both have" = {
    expr = hostFailures (
      lib.genAttrs [ "a" "b" ] (_: {
        definition = {
          vsock.cid = 3;
          volumes = [
            { image = "data.img"; }
            {
              image = "/srv/ro.img";
              readOnly = true;
            }
          ];
          interfaces = [
            {
              type = "user";
              id = "eth0";
              mac = "02:00:00:00:00:01";
            }
          ];
        };
      })
    );
    expected = [ ];
  };
  "test: host: names, circles and unknown machines" = {
    expr = hostFailures {
      "No Name" = { };
      a.after = [ "b" ];
      b.after = [ "a" ];
      c.after = [ "nobody" ];
    };
    expected = [
      ''microvm.vms: "No Name" is no name for a machine.''
      ''microvm.vms.c comes after "nobody", and there is no machine of that name on this host.''
      "microvm.vms: a waits for b …: they wait for each other in a circle."
    ];
  };
  "test: host: an option of microvm.nix that is gone says what to use" = {
    expr =
      let
        host = hostWith {
          stateDir = "/x";
          host.useNotifySockets = true;
        } { };
        lastLine = { message, ... }: lib.last (lib.filter (line: line != "") (lib.splitString "\n" message));
      in
      lib.sort lib.lessThan (map lastLine (lib.filter (a: !a.assertion) host.assertions));
    expected = [
      "A unit is always active when its guest says that it is ready; microvm.ready in the guest says what that is."
      "Machines have their files in /var/lib/microvm/NAME. Move them there, or name volumes by absolute paths."
    ];
  };
  "test: host: a tap belongs to its machine's user" = {
    expr = (hostOf { a.definition = tap "02:00:00:00:00:01"; }).networking.interfaces.tap0.virtualOwner;
    expected = "microvm-a";
  };
  "test: host: a tap of several queues is made as one, or refused" = {
    expr =
      let
        vms.a.definition.interfaces = [
          {
            type = "tap";
            id = "tap0";
            queues = 4;
          }
        ];
      in
      {
        refused = hostFailures vms;
        made = lib.filter (lib.hasPrefix "MultiQueue") (
          lib.splitString "\n" (hostWithin { networking.useNetworkd = true; } { } vms).systemd.network.units."zzz-microvm-tap0.netdev".text
        );
      };
    expected = {
      refused = [
        "microvm.vms.a: the interface tap0 has 4 queues, and without systemd-networkd NixOS makes taps of one queue."
      ];
      made = [ "MultiQueue=true" ];
    };
  };
  "test: host: names too long for a user" = {
    expr = machineUser "a-very-long-name-for-a-machine-indeed";
    expected = "microvm-a-very-long-n_5dfbe342";
  };
}
