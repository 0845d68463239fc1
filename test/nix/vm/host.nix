# What all VM tests have in common: a host named `host`, time limits that know of slow machines, words for the test scripts.
{ slowness, ... }:
{
  globalTimeout = 1800 * slowness;

  defaults = {
    imports = [ ../../../nixos-modules/host ];
    virtualisation = {
      cores = 2;
      memorySize = 3072;
      diskSize = 4096;
    };
    # The gate of the tests: what a guest waits for, in a share.
    systemd.tmpfiles.rules = [ "d /srv/gate 0777" ];
  };

  # All machines of the tests: small, and patient.
  _module.args.guest =
    module:
    {
      imports = [ module ];
      microvm = {
        mem = "384M";
        startTimeout = 90 * slowness;
        startTimeoutMax = 900 * slowness;
        stopTimeout = 90 * slowness;
      };
    };

  # Python at the top of every test script.
  _module.args.words = ''
    SLOWNESS = ${toString slowness}

    def unit(name):
        return f"microvm@{name}.service"

    def state(name):
        return host.succeed(f"systemctl show -P ActiveState {unit(name)}").strip()

    def start(name):
        host.succeed(f"systemctl start {unit(name)}", timeout=300 * SLOWNESS)

    def stop(name):
        host.succeed(f"systemctl stop {unit(name)}", timeout=300 * SLOWNESS)

    def no_hypervisor_left():
        host.fail("pgrep -f '[c]loud-hypervisor|[q]emu-system'")

    host.wait_for_unit("multi-user.target")
    host.succeed("test -c /dev/kvm")
  '';
}
