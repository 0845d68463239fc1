/**
 * Every code a user can meet, who can act on it, and the exit status it leads to.
 * `test/agreement` holds this table against docs/errors.md, in both directions.
 */
export const EXIT = {
  ok: 0,
  /** The operation was tried and failed. */
  failed: 1,
  /** Wrong command line, or a definition with problems. */
  usage: 2,
  /** The machine is not running, or not in the state that was waited for (as `systemctl is-active`). */
  notRunning: 3,
  /** No such machine, image or file. */
  notFound: 4,
  /** It exists already, or is in use by somebody else. */
  conflict: 5,
  /** The host lacks something: a program, a version, a device. `microvm doctor` explains. */
  host: 6,
  /** `microvm run` alone: it was asked to stop its machine, and had to do it hard. Not `failed`: a service manager would start the machine again. */
  stoppedHard: 7,
  /** In use, or not there yet; the same call may work later (EX_TEMPFAIL). */
  busy: 75,
  /** No permission (EX_NOPERM). */
  permission: 77,
  /** A bound on time was reached (as `timeout(1)`). */
  timeout: 124,
  /** A defect in microvm itself (EX_SOFTWARE). */
  bug: 70,
} as const

export type Audience = 'user' | 'host' | 'guest' | 'bug'

type Entry = { readonly who: Audience; readonly exit: number; readonly meaning: string }

const entry = (who: Audience, exit: number, meaning: string): Entry => ({ who, exit, meaning })

export const CATALOGUE = {
  // --- command line -------------------------------------------------------
  USAGE: entry('user', EXIT.usage, 'The command line could not be understood.'),
  MACHINE_UNKNOWN: entry('user', EXIT.notFound, 'No machine of that name is defined or recorded.'),

  // --- definition ---------------------------------------------------------
  DEFINITION_NOT_FOUND: entry('user', EXIT.notFound, 'There is no definition file where one was looked for.'),
  DEFINITION_UNREADABLE: entry('user', EXIT.permission, 'The definition file exists but cannot be read.'),
  DEFINITION_SYNTAX: entry('user', EXIT.usage, 'The definition is not valid TOML or JSON.'),
  DEFINITION_UNKNOWN_KEY: entry('user', EXIT.usage, 'The definition has a key that means nothing here.'),
  DEFINITION_VALUE: entry('user', EXIT.usage, 'A value has the wrong type, is out of range or is missing.'),
  DEFINITION_CLASH: entry('user', EXIT.usage, 'Two parts of the definition cannot both hold.'),
  DEFINITION_CYCLE: entry('user', EXIT.usage, 'Machines wait for each other in a circle.'),
  MEMORY_RULE: entry(
    'user',
    EXIT.usage,
    'Memory settings contradict each other or the devices that need them.',
  ),
  SOCKET_PATH_TOO_LONG: entry('user', EXIT.usage, 'A socket path would not fit the 107 bytes Linux allows.'),
  CAPABILITY_MISSING: entry(
    'user',
    EXIT.usage,
    'The chosen hypervisor, or its version, cannot do what the definition asks.',
  ),
  CREDENTIAL_TOO_LARGE: entry('user', EXIT.usage, 'Credentials do not fit the SMBIOS area they travel in.'),
  FILE_MISSING: entry('user', EXIT.notFound, 'A file the definition names does not exist.'),
  FILE_NO_PERMISSION: entry(
    'user',
    EXIT.permission,
    'A file the definition names cannot be opened as needed.',
  ),
  FILE_WRONG_KIND: entry(
    'user',
    EXIT.usage,
    'A file the definition names is not what it should be (e.g. a kernel that is no kernel).',
  ),
  HOST_DEVICE_MISSING: entry(
    'host',
    EXIT.busy,
    'A network device or a socket of the host that the machine uses is not there, or not yet.',
  ),
  DISK_MISMATCH: entry(
    'user',
    EXIT.usage,
    'A disk image is not what the definition says: its format, its size, or other files that it names.',
  ),
  DISK_DAMAGED: entry('host', EXIT.failed, 'A disk image says of itself that it is damaged.'),
  PORT_IN_USE: entry('host', EXIT.busy, 'A port of the host that the machine forwards is taken.'),
  NEEDS_NIX: entry('host', EXIT.host, 'The image comes from a flake, and no Nix was found.'),

  // --- host ---------------------------------------------------------------
  PROGRAM_MISSING: entry('host', EXIT.host, 'A program that is needed is not installed.'),
  PROGRAM_TOO_OLD: entry('host', EXIT.host, 'A program is there but too old.'),
  KVM_UNUSABLE: entry('host', EXIT.host, 'The definition demands KVM and this host cannot give it.'),
  HOST_PERMISSION: entry('host', EXIT.permission, 'The host refused access to a device or directory.'),
  HOST_MEMORY: entry('host', EXIT.host, 'The host lacks memory that the machine asks for.'),
  DISK_FULL: entry('host', EXIT.failed, 'A file system ran out of space.'),
  PROGRAM_FAILED: entry('host', EXIT.failed, 'A program the tool runs ended with an error.'),

  // --- images -------------------------------------------------------------
  IMAGE_BUILD_FAILED: entry('host', EXIT.failed, 'The guest image could not be built.'),
  IMAGE_IN_USE: entry('user', EXIT.conflict, 'The image is used by a machine that runs.'),
  IMAGE_UNKNOWN: entry('user', EXIT.notFound, 'No image of that key is in the cache.'),
  VOLUME_CREATE_FAILED: entry('host', EXIT.failed, 'A volume could not be created.'),

  // --- machines -----------------------------------------------------------
  MACHINE_ALREADY_RUNNING: entry('user', EXIT.conflict, 'Another supervisor already runs this machine.'),
  MACHINE_OF_ANOTHER_PROJECT: entry(
    'user',
    EXIT.conflict,
    'A machine of that name, with its volumes, belongs to another definition.',
  ),
  MACHINE_NOT_RUNNING: entry('user', EXIT.notRunning, 'The machine is not running.'),
  MACHINE_NOT_READY: entry(
    'guest',
    EXIT.notRunning,
    'The machine runs but is not in the state that was asked for.',
  ),
  MACHINE_PAUSED: entry(
    'host',
    EXIT.notRunning,
    'The virtual CPUs of the machine stand still: a disk of the host is full, or somebody has paused it.',
  ),
  RECORD_BROKEN: entry('host', EXIT.failed, 'The record, or a log, of a machine on disk cannot be read.'),
  DISK_IN_USE: entry('user', EXIT.busy, 'A disk image is locked by another virtual machine.'),
  SIDECAR_FAILED: entry(
    'host',
    EXIT.failed,
    'A helper process (virtiofsd, passt, vhost-device-vsock …) failed.',
  ),
  VMM_START_FAILED: entry('host', EXIT.failed, 'The hypervisor refused to start the machine.'),
  VMM_EXITED_BEFORE_READY: entry('host', EXIT.failed, 'The hypervisor ended before the guest was ready.'),
  VMM_CRASHED: entry('host', EXIT.failed, 'The hypervisor died while the machine was running.'),
  GUEST_NOT_READY_IN_TIME: entry(
    'guest',
    EXIT.timeout,
    'The guest did not become ready before the start timeout.',
  ),
  GUEST_EMERGENCY: entry('guest', EXIT.failed, 'The guest booted into emergency or rescue mode.'),
  GUEST_PANIC: entry('guest', EXIT.failed, 'The guest kernel panicked.'),
  GUEST_BOOT_LOOP: entry(
    'guest',
    EXIT.failed,
    'The guest reset the machine several times in a row before its PID 1 had spoken.',
  ),
  GUEST_CANNOT_BE_READY: entry(
    'guest',
    EXIT.failed,
    'The guest has finished its boot without what readiness waits for.',
  ),
  GUEST_POWERED_OFF_BEFORE_READY: entry(
    'guest',
    EXIT.failed,
    'The guest powered itself off before it was ready.',
  ),
  STOP_FORCED: entry('guest', EXIT.failed, 'The guest did not shut down in time and was stopped hard.'),
  WAIT_TIMEOUT: entry('guest', EXIT.timeout, 'What was waited for did not happen in time.'),
  INTERRUPTED: entry('user', 130, 'The command was interrupted by a signal.'),
  DEPENDENCY_FAILED: entry('user', EXIT.failed, 'A machine this one comes after did not become ready.'),

  INTERNAL: entry('bug', EXIT.bug, 'A defect in microvm. Please report it with the text below.'),
} as const satisfies Record<string, Entry>

export type ErrorCode = keyof typeof CATALOGUE
