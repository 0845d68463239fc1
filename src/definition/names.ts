/** A machine's name: a DNS label without capitals, so that it serves as host name, unit instance and directory. */
export const MACHINE_NAME = /^[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?$/

/** A project's name: what compose takes for one. */
export const PROJECT_NAME = /^[a-z0-9][a-z0-9_-]{0,62}$/

/**
 * A credential's name. systemd takes any file name (credential_name_valid()); these characters also pass unquoted through
 * SMBIOS strings and the kernel command line. `@` is needed for `systemd.extra-unit.NAME@.service`, `~` for `unit-dropin.UNIT~NAME`.
 */
export const CREDENTIAL_NAME = /^(?!\.{1,2}$)[A-Za-z0-9_.@~-]{1,255}$/

/** A rate limit group's name, an identifier to both hypervisors: QEMU's id_wellformed() takes these; cloud-hypervisor keeps "_" in front for itself. */
export const GROUP_NAME = /^[A-Za-z][A-Za-z0-9_.-]*$/
