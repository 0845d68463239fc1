{
  description = "microvm: declarative microVMs on cloud-hypervisor that tell the truth about when they are up";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      inherit (nixpkgs) lib;
      systems = [
        "x86_64-linux"
        "aarch64-linux"
      ];
      # Value by system, from that system's packages.
      forAll = value: lib.genAttrs systems (system: value nixpkgs.legacyPackages.${system});
      own = import ./nixos-modules/lib.nix { inherit lib nixpkgs; };
      # Example guests, by name.
      guests = {
        hello = ./examples/nixos-hello/guest.nix;
        web = ./examples/nixos-host/web.nix;
        db = ./examples/nixos-host/db.nix;
      };
      testsOf =
        pkgs:
        import ./test/nix/vm {
          inherit pkgs;
          sources = {
            nixpkgs = nixpkgs.outPath;
            self = self.outPath;
          };
        };
    in
    {
      inherit (own) lib;

      packages = forAll (
        pkgs:
        let
          microvm = pkgs.callPackage ./package.nix { };
        in
        {
          inherit microvm;
          default = microvm;
        }
        # The VM tests for machines without /dev/kvm: QEMU emulates a CPU that has it. Slow, so not among the checks.
        // lib.mapAttrs' (name: test: lib.nameValuePair "vm-${name}-emulated" test.emulated) (testsOf pkgs)
      );

      apps = forAll (pkgs: rec {
        microvm = {
          type = "app";
          program = lib.getExe self.packages.${pkgs.stdenv.hostPlatform.system}.microvm;
          meta.description = "Run machines of a definition, or of the flake in this folder";
        };
        default = microvm;
      });

      overlays.default = final: _: { microvm = final.callPackage ./package.nix { }; };

      nixosModules = {
        # Modules around paths: the module system knows a path again, so a module may be imported more than once.
        guest.imports = [ ./nixos-modules/guest ];
        host.imports = [ ./nixos-modules/host ];
      };

      nixosConfigurations =
        lib.mapAttrs (
          name: guest:
          self.lib.guest {
            inherit name;
            system = "x86_64-linux";
            modules = [ guest ];
          }
        ) guests
        // {
          host = lib.nixosSystem {
            system = "x86_64-linux";
            modules = [
              self.nixosModules.host
              ./examples/nixos-host/host.nix
            ];
          };
        };

      templates = {
        guest = {
          path = ./examples/nixos-hello;
          description = "A NixOS guest: nix run, and it says when it is ready";
        };
        host = {
          path = ./examples/nixos-host;
          description = "A NixOS host with two machines as systemd units";
        };
        default = self.templates.guest;
      };

      checks = forAll (
        pkgs:
        {
          package = self.packages.${pkgs.stdenv.hostPlatform.system}.microvm;
          eval = import ./test/nix/eval-check.nix { inherit pkgs; };
          compile = import ./test/nix/compile-check.nix {
            inherit pkgs;
            inherit (self.packages.${pkgs.stdenv.hostPlatform.system}) microvm;
          };
        }
        // lib.mapAttrs' (name: test: lib.nameValuePair "vm-${name}" test.check) (testsOf pkgs)
      );

      devShells = forAll (pkgs: {
        default = pkgs.mkShell {
          packages = [
            pkgs.nodejs_24
            pkgs.qemu_kvm
            pkgs.cloud-hypervisor
            pkgs.virtiofsd
            pkgs.vhost-device-vsock
            pkgs.passt
            pkgs.erofs-utils
          ];
        };
      });

      formatter = forAll (pkgs: pkgs.nixfmt-tree);
    };
}
