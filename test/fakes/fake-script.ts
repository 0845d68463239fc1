import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** One thing a guest does. A string is a message of its PID 1 to the host. */
export type Step =
  | string
  | { readonly console: string; readonly times?: number }
  /** Goes on when the file `<run directory>.<until>` is there: tests say when, not clocks. */
  | { readonly until: string }
  | { readonly pauseMs: number }
  /** `reboot` and `poweroff` as the firmware is asked for it; `panic` by pvpanic; `kill`: SIGKILL; a number: the VMM ends with it, sockets left behind. */
  | { readonly vmm: 'reboot' | 'poweroff' | 'panic' | 'kill' | number }
  /** The VMM fails to write a disk and stops the virtual CPUs, again after each resume until the file `<run directory>.room` is there. */
  | { readonly full: string }
  /** Bytes on the event stream of the VMM, as they are. */
  | { readonly events: string }

export type HelperScript = {
  /** Ends at once with status 1 and this on stderr. */
  readonly dies?: string
  /** Never opens its socket. */
  readonly mute?: boolean
  /** `signals`: SIGTERM and SIGINT have no effect. */
  readonly deafTo?: readonly 'signals'[]
  /** Has a second process that does not end with the first, as virtiofsd's as long as no VMM is connected. */
  readonly sandbox?: boolean
  /** Ends with status 1 as soon as the file `<run directory>.<…>` is there. */
  readonly diesOn?: string
}

export type Script = {
  readonly vmm?: {
    readonly dies?: string
    /** Ends with this status before it opens anything. */
    readonly exits?: number
    /** Requests that are never answered (`vm.boot`, `quit` …), and `signals`: SIGTERM and SIGINT have no effect. */
    readonly deafTo?: readonly string[]
    /** Requests that are refused, with the error chain that is answered. */
    readonly refuses?: Readonly<Record<string, readonly string[]>>
    /** Dotted keys of the configuration that `vm.info` does not give back, as a version that does not know them. */
    readonly forgets?: readonly string[]
  }
  readonly guest?: {
    /** What PID 1 and others do in each boot; the last one counts for all after it. */
    readonly boots?: readonly (readonly Step[])[]
    /** What the power button starts. An empty list: nothing at all. */
    readonly down?: readonly Step[]
  }
  readonly helpers?: Readonly<Record<string, HelperScript>>
}

/** Asked for once: the directory may be removed later. */
const HERE = process.cwd()

/**
 * Fakes run in the machine's run directory. What they are to do lies beside it: `<run directory>.script.json`, one script, or a list with
 * one for each start of the VMM (the last counts for all after it).
 */
export const readScript = (): Script => {
  const path = `${HERE}.script.json`
  if (!existsSync(path)) return {}
  const written = JSON.parse(readFileSync(path, 'utf8')) as Script | Script[]
  return written instanceof Array ? (written[Math.min(startsSoFar(), written.length - 1)] ?? {}) : written
}

/** Each start of a VMM leaves a line, for tests to count and for scripts to change. */
export const noteStart = (): void => appendFileSync(`${HERE}.starts`, `${process.pid}\n`)

const startsSoFar = (): number => {
  const path = `${HERE}.starts`
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').length - 1 : 0
}

export const isThere = (name: string): boolean => existsSync(`${process.cwd()}.${name}`)

export const untilThere = async (name: string): Promise<void> => {
  while (!existsSync(`${HERE}.${name}`)) await sleep(5)
}

/** `--name=value` or `--name value`. */
export const argument = (name: string): string | undefined => {
  const { argv } = process
  const at = argv.findIndex((word) => word === name || word.startsWith(`${name}=`))
  if (at < 0) return undefined
  return argv[at] === name ? argv[at + 1] : argv[at]?.slice(name.length + 1)
}

export const never = (): Promise<never> => new Promise(() => undefined)
