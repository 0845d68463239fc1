# Tests of where a machine of a host comes from, over the real NixOS modules: modules and packages of its guest, guests that
# were evaluated elsewhere, and what is said of those that are no machine.
{ lib, pkgs }:
let
  inherit (import ./systems.nix { inherit lib pkgs; })
    guestSystem
    host
    plain
    refusals
    system
    ;
  web = vm: (host { microvm.vms.web = vm; }).microvm.vms.web;
  # What the host says of a machine: it names the machine, and the fix stands in it.
  said =
    name: fix: vm:
    let
      text = lib.concatStrings (refusals (host { microvm.vms.${name} = vm; }));
    in
    {
      named = lib.hasInfix "microvm.vms.${name}" text;
      fix = lib.hasInfix fix text;
    };
  both = {
    named = true;
    fix = true;
  };
  more = mem: { microvm.mem = mem; };
  elsewhere = guestSystem (more "1G");

  # A package set that can be added to; a stand-in's cannot.
  extensible =
    set:
    let
      self = set // {
        __splicedPackages = self;
        appendOverlays =
          overlays:
          let
            extended = extensible (lib.foldl' (all: overlay: all // overlay extended all) set overlays);
          in
          extended;
      };
    in
    self;
  overlaid =
    { pkgs, ... }:
    {
      nixpkgs.overlays = [ (_: _: { mine = "yes"; }) ];
      microvm.kernelParams = [ "mine=${pkgs.mine or "no"}" ];
    };
in
{
  "test: machines: extraModules are added to config, to evaluatedConfig and to the guest of a flake" = {
    expr = map (vm: (web (vm // { extraModules = [ (more "3G") ]; })).machine.mem) [
      { config = { }; }
      { evaluatedConfig = guestSystem { }; }
      { flake.nixosConfigurations.web = guestSystem { }; }
    ];
    expected = [
      "3G"
      "3G"
      "3G"
    ];
  };
  "test: machines: extraModules have specialArgs, and bring our guest module to a guest without it" = {
    expr =
      (web {
        evaluatedConfig = system [ ];
        specialArgs.size = "2G";
        extraModules = [
          ../../nixos-modules/guest
          ({ size, ... }: more size)
        ];
      }).machine.mem;
    expected = "2G";
  };
  "test: machines: extraModules beside a definition are refused" = {
    expr = said "web" "Remove extraModules" {
      definition = ./x.toml;
      extraModules = [ { } ];
    };
    expected = both;
  };
  "test: machines: evaluatedConfig is a machine of the host as it was evaluated" = {
    expr = {
      inherit (web { evaluatedConfig = elsewhere; }) machine;
      failed = refusals (host { microvm.vms.web.evaluatedConfig = elsewhere; });
    };
    expected = {
      inherit (elsewhere.config.microvm) machine;
      failed = [ ];
    };
  };
  "test: machines: with pkgs = null the guest has the package set its own options choose" = {
    expr =
      let
        own = extensible (pkgs // { own = "yes"; });
        vm = web {
          pkgs = null;
          config =
            { pkgs, ... }:
            {
              nixpkgs.pkgs = own;
              microvm.kernelParams = [ "own=${pkgs.own or "no"}" ];
            };
        };
      in
      {
        inherit (vm) problem;
        inherit (vm.machine) kernelParams;
      };
    expected = {
      problem = null;
      kernelParams = [ "own=yes" ];
    };
  };
  "test: machines: nixpkgs.config is refused beside a package set that is made already, and not with pkgs = null" = {
    expr = {
      refused = said "web" "Set microvm.vms.web.pkgs = null" {
        config.nixpkgs.config.allowUnfree = true;
      };
      alone = lib.filter (lib.hasInfix "microvm.vms.web.pkgs") (
        refusals (web {
          pkgs = null;
          config.nixpkgs = {
            inherit pkgs;
            config.allowUnfree = true;
          };
        }).guest.config
      );
    };
    expected = {
      refused = both;
      alone = [ ];
    };
  };
  "test: machines: a guest's nixpkgs.overlays are added to the host's packages" = {
    expr =
      (web {
        pkgs = extensible pkgs;
        config = overlaid;
      }).machine.kernelParams;
    expected = [ "mine=yes" ];
  };

  "test: machines: a flake that is given as its URL" = {
    expr = said "web" ''inputs.web.url = "github:example/infra", and write microvm.vms.web.flake = inputs.web'' {
      flake = "github:example/infra";
    };
    expected = both;
  };
  "test: machines: a flake without the machine, and what it has" = {
    expr = said "web" "but db, mail" {
      flake.nixosConfigurations = {
        db = elsewhere;
        mail = elsewhere;
      };
    };
    expected = both;
  };
  "test: machines: a guest without our module, by flake and by evaluatedConfig" = {
    expr = map (said "web" "Add nixosModules.guest of microvm") [
      { flake.nixosConfigurations.web = system [ plain ]; }
      { evaluatedConfig = system [ plain ]; }
    ];
    expected = [
      both
      both
    ];
  };
  "test: machines: a guest of microvm.nix" = {
    expr = said "web" "Import nixosModules.guest of microvm in place of" {
      evaluatedConfig = system [
        plain
        { options.microvm.hypervisor = lib.mkOption { default = "qemu"; }; }
      ];
    };
    expected = both;
  };
  "test: machines: a whole system, and what is no system, at the place of the other" = {
    expr = [
      (said "web" "Write microvm.vms.web.evaluatedConfig in its place" { definition = elsewhere; })
      (said "web" "Give what nixosSystem" { evaluatedConfig = { }; })
      (said "web" "Write the value of machines.web" { definition.machines.web.mem = "1G"; })
    ];
    expected = [
      both
      both
      both
    ];
  };
  "test: machines: names with capitals or _ are refused with one that fits, and the guest may keep its host name" = {
    expr =
      let
        kept = web { config.networking.hostName = "Web_1"; };
        refused =
          name: vm:
          lib.any (lib.hasInfix "e.g. microvm.vms.web-1") (
            lib.filter (lib.hasInfix ''"${name}"'') (refusals (host { microvm.vms.${name} = vm; }))
          );
      in
      {
        refused = [
          (refused "Web-1" { config = { }; })
          (refused "web_1" { evaluatedConfig = elsewhere; })
          (refused "web_1" { definition.mem = "1G"; })
        ];
        kept = {
          inherit (kept) problem;
          inherit (kept.guest.config.networking) hostName;
        };
      };
    expected = {
      refused = [
        true
        true
        true
      ];
      kept = {
        problem = null;
        hostName = "Web_1";
      };
    };
  };
}
