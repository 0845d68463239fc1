# `after` waits for the other machine's guest, not for its process.
{ guest, words, ... }:
{
  name = "microvm-after";
  nodes.host.microvm.vms = {
    db = {
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
    web = {
      autostart = false;
      after = [ "db" ];
      config = guest { };
    };
  };
  testScript = words + ''
    host.succeed(f"systemctl start --no-block {unit('web')}")
    host.wait_for_file("/srv/gate/waiting", timeout=300 * SLOWNESS)
    assert state("db") == "activating", state("db")
    assert state("web") == "inactive", state("web")

    host.succeed("touch /srv/gate/open")
    host.wait_for_unit(unit("web"), timeout=600 * SLOWNESS)
    assert state("db") == "active", state("db")

    stop("db")
    assert state("web") == "inactive", "web goes when what it needs goes"
  '';
}
