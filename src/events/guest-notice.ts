/**
 * What a guest's PID 1 may say, after checking. Everything here is still a claim of the guest: any process in it can
 * connect to the notify port, so nothing here may lead to a kill of a machine that was ready once.
 * Wire names and versions: sd_notify(3), and systemd's manager for the `X_SYSTEMD_*` fields (version 256 and newer).
 */
export type GuestNotice =
  /** `READY=1`: the job queue of PID 1 is empty. Also said in emergency mode. */
  | { readonly kind: 'ready' }
  /** `STATUS=`, made harmless. */
  | { readonly kind: 'status'; readonly status: string }
  /** `X_SYSTEMD_HOSTNAME=`: early, and never from an initrd. */
  | { readonly kind: 'hostname'; readonly hostname: string }
  /** `X_SYSTEMD_MACHINE_ID=`: early, and never from an initrd. */
  | { readonly kind: 'machine-id'; readonly machineId: string }
  /** `X_SYSTEMD_SIGNALS_LEVEL=`: PID 1 heeds signals now. Also from an initrd's PID 1, and again after `daemon-reexec`. */
  | { readonly kind: 'signals-level'; readonly level: number }
  /** `X_SYSTEMD_UNIT_ACTIVE=` / `_INACTIVE=`: systemd sends these for targets only, and not from an initrd. */
  | { readonly kind: 'unit'; readonly unit: string; readonly active: boolean }
  /** `X_SYSTEMD_SHUTDOWN=`: the last message before reboot(2), with `EXIT_STATUS=` beside it. */
  | { readonly kind: 'shutdown'; readonly how: ShutdownKind; readonly exitStatus: number | undefined }
  /** `EXIT_STATUS=` alone: PID 1 itself failed. */
  | { readonly kind: 'exit-status'; readonly exitStatus: number }
  /** `RELOADING=1`: `daemon-reload` in the guest; a READY=1 follows. Never forwarded: it would flip the host's unit. */
  | { readonly kind: 'reloading' }

export const SHUTDOWN_KINDS = ['poweroff', 'halt', 'exit', 'reboot', 'kexec'] as const
type ShutdownKind = (typeof SHUTDOWN_KINDS)[number]
