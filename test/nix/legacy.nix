# Every option that microvm.nix has or ever had (microvm-nix-options.json: names only), each set to a value that is legal
# there. [ { side; name; fits; refusal; } ]: it works, or it is refused by what `refusal` says, or its type does not take the
# value, of which Nix tells only whoever reads it: `only` is the one to read.
{
  nixpkgs,
  only ? null,
}:
let
  lib = import (nixpkgs + "/lib");
  modules = ../../nixos-modules;
  names = lib.importJSON ./microvm-nix-options.json;
  drv = {
    type = "derivation";
    name = "x";
    outPath = "/x";
  };

  # Below an item of a list: the whole list.
  interface = more: { interfaces = [ ({ type = "tap"; id = "t0"; mac = "02:00:00:00:00:01"; } // more) ]; };
  share = more: { shares = [ ({ tag = "a"; source = "/a"; mountPoint = "/a"; proto = "virtiofs"; } // more) ]; };
  volume = more: { volumes = [ ({ image = "a.img"; size = 64; mountPoint = "/a"; } // more) ]; };
  device = more: { devices = [ ({ bus = "pci"; path = "0000:01:00.0"; } // more) ]; };
  user = forward: {
    forwardPorts = [ (lib.recursiveUpdate { host.port = 80; guest.port = 80; } forward) ];
  };
  root = more: { qemu.pcieRootPorts = [ ({ id = "a"; } // more) ]; };
  at = name: value: lib.setAttrByPath (lib.splitString "." name) value;

  # name → a definition with a legal value of it, where `true` is none.
  special = {
    "alioth.package" = at "alioth.package" drv;
    balloonDelay = at "balloonDelay" 1;
    balloonMem = at "balloonMem" 512;
    binScripts = at "binScripts" { tap-up = "x"; };
    bootDisk = at "bootDisk" "/x";
    bootDiskType = at "bootDiskType" "erofs";
    "cloud-hypervisor.extraArgs" = at "cloud-hypervisor.extraArgs" [ "-v" ];
    "cloud-hypervisor.package" = at "cloud-hypervisor.package" drv;
    cpu = at "cpu" "host";
    "devices[]" = device { };
    devices = device { };
    "devices[].bus" = device { bus = "usb"; };
    "devices[].path" = device { };
    forwardPorts = user { };
    "forwardPorts[].from" = user { from = "guest"; };
    "forwardPorts[].proto" = user { proto = "udp"; };
    "forwardPorts[].host.address" = user { host.address = "127.0.0.1"; };
    "forwardPorts[].host.port" = user { };
    "forwardPorts[].guest.address" = user { guest.address = "10.0.2.15"; };
    "forwardPorts[].guest.port" = user { };
    "guest.enable" = at "guest.enable" true;
    hotplugMem = at "hotplugMem" 0;
    hotpluggedMem = at "hotpluggedMem" 0;
    hypervisor = at "hypervisor" "firecracker";
    initialBalloonMem = at "initialBalloonMem" 0;
    interfaces = interface { };
    "interfaces[].bridge" = interface { bridge = "br0"; };
    "interfaces[].id" = interface { };
    "interfaces[].mac" = interface { };
    "interfaces[].macvtap.link" = interface { macvtap.link = "eth0"; };
    "interfaces[].macvtap.mode" = interface { macvtap.mode = "bridge"; };
    "interfaces[].tap.vhost" = interface { tap.vhost = false; };
    "interfaces[].link" = interface { link = "eth0"; };
    "interfaces[].guestId" = interface { guestId = "eth0"; };
    "interfaces[].type" = interface { type = "bridge"; };
    kernelParams = at "kernelParams" [ "quiet" ];
    mem = at "mem" 1024;
    "optimize.enable" = at "optimize.enable" true;
    "qemu.pcieRootPorts" = root { };
    runner = at "runner" { qemu = drv; };
    shares = share { };
    "shares[].cache" = share { cache = "always"; };
    "shares[].extraArgs" = share { extraArgs = [ "--x" ]; };
    "shares[].mountPoint" = share { };
    "shares[].posixAcl" = share { posixAcl = true; };
    "shares[].proto" = share { proto = "9p"; };
    "shares[].readOnly" = share { readOnly = true; };
    "shares[].securityModel" = share { securityModel = "none"; };
    "shares[].socket" = share { socket = "a.sock"; };
    "shares[].source" = share { };
    "shares[].tag" = share { };
    storeDisk = at "storeDisk" "/x";
    storeDiskErofsFlags = at "storeDiskErofsFlags" [ "-zlz4hc" ];
    user = at "user" null;
    vcpu = at "vcpu" 2;
    volumes = volume { };
    "volumes[].autoCreate" = volume { autoCreate = false; };
    "volumes[].direct" = volume { direct = true; };
    "volumes[].fsType" = volume { fsType = "xfs"; };
    "volumes[].image" = volume { };
    "volumes[].imageType" = volume { imageType = "qcow2"; };
    "volumes[].label" = volume { label = "a"; };
    "volumes[].mkfsExtraArgs" = volume { mkfsExtraArgs = [ "-q" ]; };
    "volumes[].mountPoint" = volume { mountPoint = null; };
    "volumes[].readOnly" = volume { readOnly = true; };
    "volumes[].serial" = volume { serial = "a"; };
    "volumes[].size" = volume { };
    "vsock.cid" = at "vsock.cid" 42;
    writableStoreOverlay = at "writableStoreOverlay" "/nix/.rw-store";

    # Of the host.
    "host.enable" = at "host.enable" true;
    autostart = at "autostart" [ "web" ];
    "host.startupTimeout" = at "host.startupTimeout" 150;
    stateDir = at "stateDir" "/var/lib/microvms";
    vms = { };
    "vms.*.autostart" = at "vms.web.autostart" false;
    "vms.*.config" = { };
    "vms.*.evaluatedConfig" = at "vms.web" {
      definition = lib.mkForce null;
      evaluatedConfig = {
        options = { };
        config = {
          assertions = [ ];
          microvm = {
            guest.enable = true;
            machine.image.kernel = "/k";
          };
        };
      };
    };
    "vms.*.extraModules" = at "vms.web.extraModules" [ { } ];
    "vms.*.flake" = at "vms.web" {
      definition = lib.mkForce null;
      flake = "git+file:///srv/infra";
    };
    "vms.*.nixpkgs" = at "vms.web.nixpkgs" "/nixpkgs";
    "vms.*.pkgs" = at "vms.web.pkgs" null;
    "vms.*.restartIfChanged" = at "vms.web.restartIfChanged" false;
    "vms.*.specialArgs" = at "vms.web.specialArgs" { x = 1; };
    "vms.*.unbindPciDevices" = at "vms.web.unbindPciDevices" true;
    "vms.*.updateFlake" = at "vms.web.updateFlake" "git+file:///srv/infra";
  };
  strip = lib.replaceStrings [ "[]" ] [ "" ];
  valueOf = name: special.${name} or (
    if lib.hasPrefix "devices[]." name then
      device (at (strip (lib.removePrefix "devices[]." name)) "x")
    else if lib.hasPrefix "qemu.pcieRootPorts[]." name then
      root (at (lib.removePrefix "qemu.pcieRootPorts[]." name) "x")
    else
      at name true
  );

  any = default: lib.mkOption { type = lib.types.anything; inherit default; };
  around = {
    assertions = lib.mkOption { type = lib.types.listOf lib.types.unspecified; default = [ ]; };
    warnings = lib.mkOption { type = lib.types.listOf lib.types.str; default = [ ]; };
  };
  guestOf =
    value:
    lib.evalModules {
      specialArgs = {
        pkgs.callPackage = _: _: drv;
        utils.fsNeededForBoot = _: false;
      };
      modules = [
        {
          options = around // {
            microvm =
              import (modules + "/options/machine.nix") { inherit lib; }
              // import (modules + "/options/guest.nix") { inherit lib; pkgs.callPackage = _: _: drv; }
              // {
                image = import (modules + "/options/image.nix") { inherit lib; };
              };
            networking = any { hostName = "web"; };
          };
          config.microvm = {
            name = "web";
            storeDisk = "/store";
            runner = drv;
            image.kernel = "/k";
          };
        }
        (modules + "/guest/removed.nix")
        (modules + "/guest/rules.nix")
        { microvm = value; }
      ];
    };
  machineOf = (import (modules + "/definition.nix") { inherit lib; }).machineOf;

  hostOf =
    value:
    lib.evalModules {
      specialArgs.pkgs = {
        callPackage = _: _: drv;
        stdenv.hostPlatform.system = "x86_64-linux";
        path = "/nixpkgs";
        writeText = name: text: drv // { outPath = "/${name}"; inherit text; };
      };
      modules = [
        (modules + "/host/options.nix")
        (modules + "/host/removed.nix")
        (modules + "/host/rules.nix")
        {
          options = around;
          config.microvm = {
            host.package = drv;
            vms.web.definition.image.kernel = "/k";
          };
        }
        { microvm = value; }
      ];
    };

  failed = config: map (a: a.message) (lib.filter (a: !a.assertion) config.assertions);
  # The value of each option, forced as a build does.
  ofGuest = name: let inherit (guestOf (valueOf name)) config; in {
    refusal = failed config;
    made = builtins.toJSON (lib.optionalAttrs (failed config == [ ]) (machineOf config.microvm)) + toString config.microvm.runner + config.microvm.storeDisk;
  };
  ofHost = name: let inherit (hostOf (valueOf name)) config; in {
    refusal = failed config;
    made = lib.optionals (failed config == [ ]) (lib.mapAttrsToList (_: vm: vm.file) config.microvm.vms);
  };
  all = map (name: { side = "guest"; inherit name; outcome = ofGuest name; }) names.guest
    ++ map (name: { side = "host"; inherit name; outcome = ofHost name; }) names.host;
  look =
    { side, name, outcome }:
    let
      tried = builtins.tryEval (builtins.deepSeq outcome outcome);
    in
    {
      inherit side name;
      fits = tried.success;
      refusal = if tried.success then tried.value.refusal else [ ];
    };
in
if only == null then
  map look all
else
  (lib.findFirst ({ side, name, ... }: "${side} ${name}" == only) (throw "no ${only}") all).outcome
