# `microvm@.service`, as data. The same settings as src/units/ writes for other systems (machine-service.ts, sandbox.ts):
# test/agreement/nix-units.test.ts holds the two against each other. A list is a setting that stands several times.
{
  # The program, and env of coreutils: absolute paths.
  program,
  env,
}:
{
  unit = {
    Description = "microVM %i";
    Documentation = "man:systemd.service(5)";
    After = "systemd-tmpfiles-setup.service network.target";
    # Stopped with the target, and before the network and the local file systems go.
    PartOf = "microvms.target";
    Before = "microvms.target";
    StartLimitIntervalSec = "3075s";
    StartLimitBurst = "5";
  };

  service = {
    Type = "notify";
    NotifyAccess = "main";
    OpenFile = "/run/systemd/notify:notify";
    # machined asks for poweroff with SIGRTMIN+4, which Node cannot catch and would die of.
    ExecStart = "${env} --ignore-signal=RTMIN+4 ${program} run %i --file /etc/microvm";
    WorkingDirectory = "/etc/microvm";
    Environment = [
      "MICROVM_UNIT=%n"
      "MICROVM_RUNTIME_DIR=/run/microvm"
      "MICROVM_STATE_DIR=/var/lib/microvm"
      "MICROVM_CACHE_DIR=/var/cache/microvm"
    ];
    DynamicUser = "yes";
    User = "microvm-%i";
    SupplementaryGroups = "kvm";
    RuntimeDirectory = "microvm/%i";
    RuntimeDirectoryMode = "0700";
    StateDirectory = "microvm/%i";
    StateDirectoryMode = "0700";
    Slice = "machine.slice";
    KillMode = "mixed";
    TimeoutStartSec = "150s";
    TimeoutStopSec = "135s";
    Restart = "on-failure";
    RestartSec = "5s";
    RestartSteps = "4";
    RestartMaxDelaySec = "60s";
    SuccessExitStatus = "143";
    RestartPreventExitStatus = "2 4 5 6 7 70 77 243";
    OOMPolicy = "continue";
    LimitCORE = "0";
    StandardInput = "null";
    StandardOutput = "journal";
    StandardError = "journal";
    SyslogIdentifier = "microvm@%i";
    LogExtraFields = "MICROVM=%i";

    NoNewPrivileges = "yes";
    CapabilityBoundingSet = "";
    AmbientCapabilities = "";
    UMask = "0077";
    ProtectSystem = "strict";
    ProtectHome = "yes";
    PrivateTmp = "yes";
    PrivateMounts = "yes";
    PrivateIPC = "yes";
    PrivateUsers = "yes";
    PrivateNetwork = "yes";
    DevicePolicy = "closed";
    DeviceAllow = "/dev/kvm rw";
    ProtectKernelTunables = "yes";
    ProtectKernelModules = "yes";
    ProtectKernelLogs = "yes";
    ProtectControlGroups = "yes";
    ProtectClock = "yes";
    ProtectHostname = "yes";
    ProtectProc = "invisible";
    LockPersonality = "yes";
    RestrictRealtime = "yes";
    RestrictSUIDSGID = "yes";
    RestrictNamespaces = "yes";
    RestrictAddressFamilies = "AF_UNIX";
    IPAddressDeny = "any";
    SystemCallArchitectures = "native";
    SystemCallFilter = [
      "@system-service @sandbox"
      "~@privileged @setuid @keyring"
      "capset"
    ];
    SystemCallErrorNumber = "EPERM";
    KeyringMode = "private";
    RemoveIPC = "yes";
  };
}
