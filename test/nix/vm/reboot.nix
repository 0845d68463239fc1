# A reboot in the guest leaves the unit active and makes the guest ready a second time; a poweroff ends the unit in success.
{ guest, words, ... }:
{
  name = "microvm-reboot";
  nodes.host.microvm.vms.demo = {
    autostart = false;
    config = guest (
      { pkgs, ... }:
      {
        microvm.shares = [
          {
            tag = "gate";
            source = "/srv/gate";
            mountPoint = "/gate";
          }
        ];
        # Does what the host writes into the share, once per boot, and says which boot this is.
        systemd.services.order = {
          wantedBy = [ "multi-user.target" ];
          unitConfig.RequiresMountsFor = "/gate";
          path = [ pkgs.systemd ];
          script = ''
            cat /proc/sys/kernel/random/boot_id >> /gate/boots
            until [ -e /gate/order ]; do sleep 0.2; done
            order=$(cat /gate/order)
            rm /gate/order
            systemctl "$order"
          '';
        };
      }
    );
  };
  testScript = words + ''
    def boots():
        return len(host.succeed("sort -u /srv/gate/boots").split())

    start("demo")
    pid = host.succeed(f"systemctl show -P MainPID {unit('demo')}")

    with subtest("reboot in the guest"):
        host.succeed("echo reboot > /srv/gate/order")
        host.wait_until_succeeds("test $(sort -u /srv/gate/boots | wc -l) = 2", timeout=300 * SLOWNESS)
        host.succeed(f"microvm wait demo --for=ready --timeout {300 * SLOWNESS}s", timeout=310 * SLOWNESS)
        assert state("demo") == "active", state("demo")
        assert host.succeed(f"systemctl show -P MainPID {unit('demo')}") == pid, "the unit was started anew"

    with subtest("poweroff in the guest"):
        host.succeed("echo poweroff > /srv/gate/order")
        host.wait_until_succeeds(f"test $(systemctl show -P ActiveState {unit('demo')}) = inactive", timeout=300 * SLOWNESS)
        result = host.succeed(f"systemctl show -P Result {unit('demo')}").strip()
        assert result == "success", result
        no_hypervisor_left()
  '';
}
