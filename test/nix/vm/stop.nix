# A stop is an orderly shutdown of the guest: what its units do when they stop is done.
{ guest, words, ... }:
{
  name = "microvm-stop";
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
      systemd.services.witness = {
        wantedBy = [ "multi-user.target" ];
        unitConfig.RequiresMountsFor = "/gate";
        serviceConfig = {
          Type = "oneshot";
          RemainAfterExit = true;
        };
        script = "true";
        preStop = "touch /gate/stopped-in-order";
      };
    };
  };
  testScript = words + ''
    start("demo")
    host.fail("test -e /srv/gate/stopped-in-order")
    stop("demo")
    host.succeed("test -e /srv/gate/stopped-in-order")
    result = host.succeed(f"systemctl show -P Result {unit('demo')}").strip()
    assert result == "success", result
    no_hypervisor_left()
  '';
}
