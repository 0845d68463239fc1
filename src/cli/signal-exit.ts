import { constants } from 'node:os'

/** The status a shell shows for a process ended by that signal: 130 for SIGINT, 143 for SIGTERM. */
export const signalExit = (name: NodeJS.Signals | undefined): number =>
  128 + constants.signals[name ?? 'SIGINT']
