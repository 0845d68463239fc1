# The other front door: `nix run .#microvm -- up` of an ordinary user, with a definition that Nix made.
{
  lib,
  guest,
  sources,
  words,
  ...
}:
{
  name = "microvm-up";
  nodes.host =
    { pkgs, ... }:
    let
      demo = import (pkgs.path + "/nixos/lib/eval-config.nix") {
        inherit lib pkgs;
        system = null;
        modules = [
          ../../../nixos-modules/guest
          (guest { networking.hostName = "demo"; })
        ];
      };
    in
    {
      users.users.alice = {
        isNormalUser = true;
        extraGroups = [ "kvm" ];
      };
      environment.etc."demo.json".source = demo.config.microvm.definition;
      # The flake is evaluated in there, from these sources; what it is built to is in the store already.
      virtualisation = {
        additionalPaths = lib.attrValues sources;
        memorySize = lib.mkForce 4096;
      };
      nix.settings = {
        experimental-features = [
          "nix-command"
          "flakes"
        ];
        flake-registry = "";
        substituters = lib.mkForce [ ];
      };
    };
  testScript = words + ''
    def alice(command):
        return f"su -l alice -c {__import__('shlex').quote(command)}"

    def nix_run(command):
        inputs = "--offline --no-write-lock-file --override-input nixpkgs path:${sources.nixpkgs}"
        return alice(f"cd project && nix run {inputs} path:${sources.self}#microvm -- {command}")

    host.succeed(alice("mkdir project && cp /etc/demo.json project/microvm.json"))
    host.succeed(nix_run("up -d"), timeout=600 * SLOWNESS)
    host.succeed(alice("cd project && microvm wait demo --for=ready --timeout 5s"))
    host.succeed(alice("microvm ps --json | grep -q demo"))
    host.succeed(nix_run("down"), timeout=600 * SLOWNESS)
    no_hypervisor_left()
  '';
}
