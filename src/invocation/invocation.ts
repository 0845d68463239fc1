/**
 * One process to start, fully decided. `host/` performs it and `render-*.ts` prints it;
 * nothing in here is a secret: secrets travel in files or request bodies, never on argv or in the environment.
 */
export type Invocation = {
  /** Name for logs and errors, e.g. `cloud-hypervisor`, `virtiofsd-data`. */
  readonly name: string
  /** Absolute path, or a bare name looked up on PATH. */
  readonly file: string
  readonly args: readonly string[]
  /** Added to the inherited environment. */
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  /** What each descriptor from 3 on is. `events`: a pipe the supervisor reads; `path`: a file opened read/write and passed on. */
  readonly fds: readonly InheritedFd[]
}

export type InheritedFd =
  | { readonly fd: number; readonly kind: 'events' }
  | { readonly fd: number; readonly kind: 'lock' }
  | { readonly fd: number; readonly kind: 'path'; readonly path: string }
  /** The character device of a macvtap interface, `/dev/tapN` with N from `/sys/class/net/NAME/ifindex`; opened read/write. */
  | { readonly fd: number; readonly kind: 'macvtap'; readonly interface: string }

/** A file written (mode 0600) in the machine's run directory before the process that needs it starts. */
export type SecretFile = {
  readonly path: string
  /** The text; may hold secrets. Never printed, never recorded. */
  readonly content: string
}

/** One HTTP request on a Unix socket, as a value. */
export type ControlRequest = {
  readonly method: 'GET' | 'PUT'
  readonly path: string
  /** JSON body. May hold secrets; printing goes through `redact`. */
  readonly body?: unknown
}

/** One thing to do, once the VMM answers, to make the machine and boot it. */
export type BootStep =
  | { readonly kind: 'request'; readonly request: ControlRequest }
  /** A process that must end with 0 (e.g. `ch-remote add-net fd=…`, which passes descriptors Node cannot send). */
  | { readonly kind: 'run'; readonly invocation: Invocation }
