# The other front door: `microvm up` of an ordinary user, with a definition that Nix made.
{ lib, guest, words, ... }:
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
    };
  testScript = words + ''
    def alice(command):
        return f"su -l alice -c {__import__('shlex').quote(command)}"

    host.succeed(alice("microvm --file /etc/demo.json up -d"), timeout=300 * SLOWNESS)
    host.succeed(alice("microvm --file /etc/demo.json wait demo --for=ready --timeout 5s"))
    host.succeed(alice("microvm ps --json | grep -q demo"))
    host.succeed(alice("microvm --file /etc/demo.json down"), timeout=300 * SLOWNESS)
    no_hypervisor_left()
  '';
}
