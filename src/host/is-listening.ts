import { readFileSync } from 'node:fs'

/** Flag of a listening socket in /proc/net/unix (SO_ACCEPTCON, proc_pid_net(5)). */
const LISTENING = '00010000'

/** Whether somebody listens on a Unix socket, seen without connecting: a vhost-user back-end takes one connection only. */
export const isListening = (path: string): boolean =>
  readFileSync('/proc/net/unix', 'utf8')
    .split('\n')
    .some((line) => line.endsWith(` ${path}`) && line.split(/\s+/)[3] === LISTENING)
