# A file only root of the host can read reaches the guest as a credential, and no other process of the host sees it.
{ guest, words, ... }:
{
  name = "microvm-credentials";
  nodes.host.microvm.vms.demo = {
    autostart = false;
    config = guest {
      microvm = {
        credentials."app.key".file = "/srv/key";
        shares = [
          {
            tag = "gate";
            source = "/srv/gate";
            mountPoint = "/gate";
          }
        ];
      };
      systemd.services.reader = {
        wantedBy = [ "multi-user.target" ];
        unitConfig.RequiresMountsFor = "/gate";
        serviceConfig = {
          Type = "oneshot";
          LoadCredential = "app.key";
        };
        script = "sha256sum < $CREDENTIALS_DIRECTORY/app.key > /gate/sum";
      };
    };
  };
  testScript = words + ''
    host.succeed("umask 077; head -c 32 /dev/urandom | base64 -w0 > /srv/key")
    start("demo")
    assert host.succeed("sha256sum < /srv/key") == host.succeed("cat /srv/gate/sum")

    secret = host.succeed("cat /srv/key").strip()
    host.fail(f"grep -rlaF -e '{secret}' /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | grep -v '^/proc/self'")
    host.fail(f"grep -rlF -e '{secret}' /var/lib/microvm /etc/microvm")
  '';
}
