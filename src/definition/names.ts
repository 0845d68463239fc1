/** A machine's name: a DNS label without capitals, so that it serves as host name, unit instance and directory. */
export const MACHINE_NAME = /^[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?$/
