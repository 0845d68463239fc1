import { readFileSync } from 'node:fs'

/** Local groups only: those are the ones systemd-sysusers makes. */
export const groupExists = (name: string): boolean => lineOf(name) !== undefined

/** Users that have it as an additional group. */
export const groupMembers = (name: string): string[] =>
  (lineOf(name)?.split(':')[3] ?? '').split(',').filter((member) => member !== '')

const lineOf = (name: string): string | undefined =>
  readFileSync('/etc/group', 'utf8')
    .split('\n')
    .find((line) => line.startsWith(`${name}:`))
