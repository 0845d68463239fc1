# A machine that is taken out of the configuration is stopped by the switch; the others are left alone.
{ guest, words, ... }:
{
  name = "microvm-removal";
  nodes.host =
    { lib, ... }:
    {
      microvm.vms = {
        keep.config = guest { };
        drop.config = guest { };
      };
      system.switch.enable = true;
      specialisation.without.configuration.microvm.vms = lib.mkForce { keep.config = guest { }; };
    };
  testScript = words + ''
    for name in ["keep", "drop"]:
        host.wait_for_unit(unit(name), timeout=600 * SLOWNESS)
    pid = host.succeed(f"systemctl show -P MainPID {unit('keep')}")

    host.succeed("/run/current-system/specialisation/without/bin/switch-to-configuration test", timeout=300 * SLOWNESS)
    assert state("drop") == "inactive", state("drop")
    assert state("keep") == "active", state("keep")
    assert host.succeed(f"systemctl show -P MainPID {unit('keep')}") == pid, "keep was started anew"
    host.succeed("test ! -e /etc/microvm/drop.json", "test -e /var/lib/microvm/drop")
  '';
}
