# The unit is `activating` for as long as the guest is not ready, and `active` as soon as it is. No sleeps: a unit of the
# guest, which its READY=1 waits for, is held back and let go through a share.
{ guest, words, ... }:
{
  name = "microvm-readiness";
  nodes.host.microvm.vms.demo = {
    autostart = false;
    config = guest {
      microvm.shares = [
        {
          tag = "gate";
          source = "/srv/gate";
          mountPoint = "/gate";
        }
      ];
      systemd.services.gate = {
        wantedBy = [ "multi-user.target" ];
        unitConfig.RequiresMountsFor = "/gate";
        serviceConfig = {
          Type = "oneshot";
          TimeoutStartSec = "infinity";
        };
        script = "touch /gate/waiting; until [ -e /gate/open ]; do sleep 0.2; done";
      };
    };
  };
  testScript = words + ''
    with subtest("activating for as long as the guest is not ready"):
        host.succeed(f"systemctl start --no-block {unit('demo')}")
        host.wait_for_file("/srv/gate/waiting", timeout=300 * SLOWNESS)
        assert state("demo") == "activating", state("demo")

    with subtest("active once the guest is ready"):
        host.succeed("touch /srv/gate/open")
        host.wait_for_unit(unit("demo"), timeout=120 * SLOWNESS)
        status = host.succeed(f"systemctl show -P StatusText {unit('demo')}").strip()
        assert status != "", "the unit says nothing of its guest"

    with subtest("inactive after a stop, with nothing left"):
        stop("demo")
        assert state("demo") == "inactive", state("demo")
        no_hypervisor_left()
  '';
}
