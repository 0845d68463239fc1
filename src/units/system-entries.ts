import { DEFINITIONS, SYSTEM_DIRECTORIES } from './host-facts.ts'

/** Members may start and stop machines without being root (`polkitRules`). */
export const OPERATORS = 'microvm'

/** What `sysusers` makes where it is not there. */
export const GROUPS = ['kvm', OPERATORS] as const

/** sysusers.d(5). Machines run as dynamic users; only a machine with a tap or files elsewhere wants a static one. */
export const sysusers = (): string =>
  [
    '# Written by "microvm host install".',
    '# May open /dev/kvm; udev has it on most systems already.',
    'g kvm - -',
    `# May start and stop machines.`,
    `g ${OPERATORS} - -`,
    '',
  ].join('\n')

/** tmpfiles.d(5). The machines' own directories below these are made by systemd, 0700, when they start. */
export const tmpfiles = (): string =>
  [
    '# Written by "microvm host install".',
    '# Definitions: readable by the machines, written by root alone.',
    `d ${DEFINITIONS} 0755 root root -`,
    `d ${SYSTEM_DIRECTORIES.runtime} 0755 root root -`,
    `d ${SYSTEM_DIRECTORIES.state} 0755 root root -`,
    '# Images: built by root, read by the machines.',
    `d ${SYSTEM_DIRECTORIES.cache} 0755 root root -`,
    `d ${SYSTEM_DIRECTORIES.cache}/images 0755 root root -`,
    '',
  ].join('\n')
