import type { ErrorCode } from '../src/errors/catalogue.ts'

/** What usually leads to an error, and what to do when its own `fix` is not at hand. */
export type Advice = { readonly cause: string; readonly todo: string }

const advice = (cause: string, todo: string): Advice => ({ cause, todo })

/** For docs/errors.md. The type demands an entry for every code of the catalogue, and refuses any other. */
export const ADVICE: Readonly<Record<ErrorCode, Advice>> = {
  USAGE: advice('A mistyped verb or option, or a missing name.', '`microvm help VERB` lists what it takes.'),
  MACHINE_UNKNOWN: advice(
    'A mistyped name, or another folder than the one with the definition.',
    '`microvm validate` prints the names of the definition, `microvm ps --all` those that were ever started.',
  ),
  DEFINITION_NOT_FOUND: advice(
    'The current folder has no `microvm.toml` or `microvm.json`.',
    'Change the folder, or name the file: `microvm --file FILE …`.',
  ),
  DEFINITION_UNREADABLE: advice(
    'The file belongs to somebody else, or is a folder.',
    'Check its owner and mode with `ls -l`.',
  ),
  DEFINITION_SYNTAX: advice(
    'A missing quote or bracket; a key written twice.',
    'Look at the line shown; the mistake may be in the one before it.',
  ),
  DEFINITION_UNKNOWN_KEY: advice(
    'A mistyped key, or one in the wrong table.',
    '[definition.md](definition.md) has all keys; with `microvm schema` an editor completes them.',
  ),
  DEFINITION_VALUE: advice(
    'A number where a text belongs (`mem = 512` instead of `mem = "512M"`), or a value out of range.',
    'The message says what is accepted.',
  ),
  DEFINITION_CLASH: advice(
    'The same MAC address, tag, port or disk image given to two devices or machines.',
    'Change one of the two places named.',
  ),
  DEFINITION_CYCLE: advice(
    '`after` leads back to where it began.',
    'Remove one of the `after` entries named.',
  ),
  MEMORY_RULE: advice(
    'Shared and mergeable memory at once, or more plugged in than can be.',
    'Follow the fix; devices served by helpers need shared memory.',
  ),
  SOCKET_PATH_TOO_LONG: advice(
    'A long machine name below a long run directory.',
    'Shorten the name, or set `MICROVM_RUNTIME_DIR` to a shorter directory.',
  ),
  CAPABILITY_MISSING: advice(
    'A feature of one hypervisor while the machine runs on the other, or an older version of it.',
    'Choose the hypervisor with `hypervisor = …`, or leave the feature out; `microvm plan` says what was chosen and why.',
  ),
  CREDENTIAL_TOO_LARGE: advice(
    'A whole file as a credential: they travel in SMBIOS strings.',
    'Give large data by a share or a volume, and only its key as a credential.',
  ),
  FILE_MISSING: advice(
    'A relative path meant for another folder: paths count from the definition file.',
    'Correct the path, or create what it names.',
  ),
  HOST_DEVICE_MISSING: advice(
    'A tap that was made by hand is gone after a reboot; a back-end is started later than the machine.',
    'Have the host make it at boot: docs/operating.md shows how for a tap. A unit is started again until it is there, five times at most.',
  ),
  FILE_NO_PERMISSION: advice(
    'The file belongs to another user than the one who starts the machine.',
    'Change owner or mode, or declare the volume or share `readOnly`.',
  ),
  FILE_WRONG_KIND: advice(
    'A compressed or foreign kernel, a folder instead of a file, a qcow2 disk declared as raw.',
    'The message says what it found; check the file with `file`.',
  ),
  DISK_MISMATCH: advice(
    'A qcow2 image without `imageType = "qcow2"`, an overlay without `backingFiles`, or a volume whose size was changed after it was made.',
    'Follow the fix: correct the definition, or convert the image with `qemu-img`.',
  ),
  DISK_DAMAGED: advice(
    'The host or the hypervisor went down while the image was written to.',
    'Copy the image, then repair the copy with `qemu-img check -r all IMAGE`.',
  ),
  PORT_IN_USE: advice(
    'Another program, or another machine, listens on the port of `forwardPorts`.',
    '`ss --listening --processes --numeric` shows which; forward another port or end that program.',
  ),
  NEEDS_NIX: advice('`image = { flake = … }` on a host without Nix.', 'Install Nix, or use a Debian image.'),
  PROGRAM_MISSING: advice('A fresh host.', '`microvm doctor` says how to get it.'),
  PROGRAM_TOO_OLD: advice(
    'The distribution’s own package is older than needed.',
    '`microvm doctor` says how to get a newer one.',
  ),
  KVM_UNUSABLE: advice(
    'No `/dev/kvm`, no permission, or nothing behind it; and `hypervisor = "cloud-hypervisor"`.',
    '`microvm doctor` says which; or let `hypervisor = "auto"` use software emulation.',
  ),
  HOST_PERMISSION: advice(
    'A directory or device that only root may use; or, for root, the state directory of a machine that is a unit.',
    'Start a unit with `microvm start NAME`. Else give yourself access, or set the `MICROVM_…_DIR` variables to directories of your own.',
  ),
  HOST_MEMORY: advice(
    '`hugepageMem = true`, and fewer free huge pages than the machine has memory.',
    '`grep Huge /proc/meminfo`; more of them are set aside with `sysctl vm.nr_hugepages=N`.',
  ),
  DISK_FULL: advice(
    'Images and volumes have filled the file system.',
    '`microvm image prune` removes images nothing runs from; nothing half-written is kept.',
  ),
  PROGRAM_FAILED: advice(
    'The program said why; its last lines are in `because`.',
    'Act on those lines; run it by hand to see more.',
  ),
  IMAGE_BUILD_FAILED: advice(
    'A package that does not exist in the suite, a failing `run` command, no network.',
    'The last lines of the build are in `because`. Nothing half-built is kept: correct it and build again.',
  ),
  IMAGE_IN_USE: advice('A machine runs from the image, or it is being built.', 'Stop the machine first.'),
  IMAGE_UNKNOWN: advice(
    'A mistyped or ambiguous key; or a machine to compile whose image was never built.',
    '`microvm image ls` lists keys; `microvm image build NAME` builds the image.',
  ),
  VOLUME_CREATE_FAILED: advice(
    'The program that makes the file system is missing or refused.',
    'Its message is in `because`; or set `fsType = "none"` and format it in the guest.',
  ),
  MACHINE_ALREADY_RUNNING: advice(
    'Started by `up` and by a unit at once, or twice.',
    '`microvm ps` shows its supervisor; `microvm down NAME` stops it.',
  ),
  MACHINE_OF_ANOTHER_PROJECT: advice(
    'Two definitions name a machine alike; names are unique per user of a host, and so are their volumes.',
    'Another name; the same `project = "NAME"` in both, where they are one project; `--adopt` takes the machine over. See [state](state.md#whose-machine-it-is).',
  ),
  MACHINE_NOT_RUNNING: advice('It was never started, or has ended.', '`microvm up -d NAME` starts it.'),
  MACHINE_NOT_READY: advice(
    'It failed or stopped while it was waited for, or has not come far enough.',
    '`microvm logs NAME` shows its console.',
  ),
  MACHINE_PAUSED: advice(
    'The file system of a volume is full, and the guest wanted to write; or `microvm pause`.',
    'Make room, then `microvm resume NAME`: the guest goes on where it stood, and has lost nothing.',
  ),
  RECORD_BROKEN: advice(
    '`record.json` was edited, or written by a newer microvm; or a link or a pipe is in the place of a file.',
    'If the machine does not run, remove the file: volumes are not touched.',
  ),
  DISK_IN_USE: advice(
    'Two machines with the same writable image, or a VMM that was left running.',
    'Stop the other one; the message names the file.',
  ),
  SIDECAR_FAILED: advice(
    'virtiofsd without access to the shared directory; passt with a port that is taken.',
    'Its own message is in `because`, all of it in `microvm logs NAME --source vmm`.',
  ),
  VMM_START_FAILED: advice(
    'An option the hypervisor refuses, often from `extraArgs` or `extraConfig`.',
    'Its own message is in `because`; `microvm compile NAME` shows what it is given.',
  ),
  VMM_EXITED_BEFORE_READY: advice(
    'The guest could not boot: no root disk, or a kernel that resets.',
    '`microvm logs NAME` shows how far the guest came, `--source vmm` what the hypervisor said.',
  ),
  VMM_CRASHED: advice(
    'The kernel of the host ran out of memory and killed it, or a defect of the hypervisor.',
    'Look at `dmesg` and `microvm logs NAME --source vmm`; `restart = "on-failure"` starts it again.',
  ),
  GUEST_NOT_READY_IN_TIME: advice(
    'A unit of the guest hangs or waits for a network that is not there; a slow host.',
    'The last milestone is in `because`; look at the console, or raise `startTimeout`.',
  ),
  GUEST_EMERGENCY: advice(
    'A mount in the guest failed, mostly of a volume or share that is named wrongly.',
    'Look at the console; `onEmergency = "keep"` keeps the guest there to be looked at.',
  ),
  GUEST_PANIC: advice(
    'The kernel found no root file system or no init, or has a defect.',
    'The end of the console is in `because`.',
  ),
  GUEST_BOOT_LOOP: advice(
    'The kernel resets the machine at once: `panic=` or `reboot=` on its command line, the wrong kernel, too little memory.',
    'See the console: `microvm logs NAME`. `kernelParams = ["panic=0"]` keeps the last words on it.',
  ),
  GUEST_CANNOT_BE_READY: advice(
    'A unit that the target of `ready` requires has failed, or nothing in the boot starts that target.',
    '`because` has the units that failed, as far as the console shows them.',
  ),
  GUEST_POWERED_OFF_BEFORE_READY: advice(
    'A unit with `FailureAction=` or `SuccessAction=`, or somebody typed `poweroff`.',
    '`microvm logs NAME` shows why; `ready = "booted"` suits guests that only do one job.',
  ),
  STOP_FORCED: advice(
    'The guest ignores the power button or a unit takes long to stop.',
    'Raise `stopTimeout`, or see what hangs: `microvm logs NAME`.',
  ),
  WAIT_TIMEOUT: advice(
    'It takes longer than the `--timeout`.',
    'The machine goes on: wait again, or look at it.',
  ),
  INTERRUPTED: advice('Ctrl-C, or a question answered with no.', 'Nothing: it is as you wanted it.'),
  DEPENDENCY_FAILED: advice(
    'A machine named in `after` failed; this one was not started.',
    'Put that one right; its own error is beside this one.',
  ),
  INTERNAL: advice('A mistake of ours.', 'Please report it, with the whole text.'),
}
