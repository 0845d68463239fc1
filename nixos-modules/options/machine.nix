# The options a definition has, by the names of the schema (src/definition/schema.ts), which are microvm.nix's where the
# meaning is the same. test/agreement/nix-options.test.ts holds names, descriptions and ranges against the schema.
{ lib }:
let
  t = import ./types.nix { inherit lib; };
  inherit (lib.types)
    attrsOf
    bool
    either
    enum
    ints
    listOf
    nonEmptyStr
    oneOf
    str
    strMatching
    ;
  use = file: import file { inherit lib t; };
in
use ./memory.nix
// use ./devices.nix
// use ./confinement.nix
// {
  hypervisor =
    t.optional
      (t.enumInsteadOf "no other is driven; auto takes what the host has" [
        "auto"
        "cloud-hypervisor"
        "qemu"
      ])
      ''
        "auto" takes cloud-hypervisor where KVM and the program are there, else QEMU, and says why. Default: "auto".
      '';
  after = t.many str ''
    Machines of this file that must be *ready* before this one starts. On a NixOS host: machines of `microvm.vms`.
  '';
  vcpu = t.optional (ints.between 1 255) "Number of vCPUs at boot. Default: 1.";
  cpu = use ./cpu.nix;
  platform = use ./platform.nix;

  credentials =
    t.named
      (oneOf [
        str
        (t.table {
          text = t.optional str "The value itself. Not for secrets: the definition is a plain file.";
          file = t.optional nonEmptyStr ''
            Read when the machine starts; relative to the definition file. In a NixOS guest the definition lies in the
            store, so the path must be absolute.
          '';
          credential = t.optional nonEmptyStr ''
            Name of a credential of the host unit ($CREDENTIALS_DIRECTORY, systemd.exec(5)).
          '';
        })
      ])
      ''
        systemd credentials of the guest, by name. The values stay off every command line.
      '';
  kernelParams = t.many nonEmptyStr ''
    Added to the kernel command line. No secrets: it is world-readable in the guest. `boot.kernelParams` come before them.
  '';
  hostname = t.optional (strMatching "[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?") ''
    Host name of the guest. Default: the machine's name. In a NixOS guest: `networking.hostName`.
  '';

  ready =
    t.optional
      (either (enum [
        "system"
        "booted"
        "process"
      ]) (strMatching "target:[A-Za-z0-9:_.\\@-]+[.]target"))
      ''
        When the machine counts as started. "system": the guest's systemd said READY=1 and no emergency or rescue mode.
        "target:NAME.target": that target is active (guest systemd 256 and newer). "booted": PID 1 of the guest spoke.
        "process": the hypervisor runs. Default: "system".
      '';
  startTimeout = t.optional t.duration ''
    How long the guest may go without progress before start fails. Default: "90s"; under software emulation four times
    that.
  '';
  startTimeoutMax = t.optional t.duration ''
    Hard limit of the whole start, however much progress there is. Default: ten times startTimeout.
  '';
  stopTimeout = t.optional t.duration ''
    How long the guest may take to shut down without progress before it is stopped hard. Default: "90s".
  '';
  stopTimeoutMax = t.optional t.duration ''
    Hard limit of the whole stop, however much progress there is. Default: three times stopTimeout.
  '';
  restart = t.optional (enum [
    "no"
    "on-failure"
    "always"
  ]) ''Whether a machine that ended is started again. Default: "no"; "on-failure" for a unit of a systemd host.'';
  onEmergency =
    t.optional
      (enum [
        "fail"
        "keep"
      ])
      ''
        A guest in emergency mode while starting: stop it and fail, or keep it for the console. Default: "fail".
      '';
  reboot = t.optional (enum [
    "allow"
    "exit"
  ]) ''A reboot inside the guest: go on (ready again), or end the machine. Default: "allow".'';
}
