/** What the console of a guest has shown. Any process of the guest can write there, so nothing of it may end a machine that was ready. */
export type ConsoleFacts = {
  /** The line that is still being written. */
  readonly rest: string
  /** The last lines before. */
  readonly recent: readonly string[]
  /** The lines of the last kernel panic, a few from before it included; empty when there was none. */
  readonly panic: readonly string[]
  /** Panics so far. */
  readonly panics: number
  /** What systemd has reported as failed, as it stands there: `Failed to start db.service - Database.` */
  readonly failed: readonly string[]
}

export const BLANK_CONSOLE: ConsoleFacts = { rest: '', recent: [], panic: [], panics: 0, failed: [] }

const BEFORE_PANIC = 4
const PANIC_LINES = 20
const FAILED_MAX = 8
const LINE_MAX = 300

/** The kernel's own line: at the beginning, behind the time that printk puts there. */
const PANIC = /^(?:\[ *\d+\.\d+\](?:\[[^\]]*\])? )?Kernel panic - not syncing: /
/** systemd's status lines; `DEPEND`: not tried, because something it needs failed. */
const FAILED = /^\[ *(?:FAILED|DEPEND|TIME) *\] (.+)$/
const UNWANTED =
  // oxlint-disable-next-line no-control-regex -- escape sequences are what is to be removed
  /\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b[@-_]|[\u0000-\u001f\u007f-\u009f]/g

/** The facts after more of the console. */
export const readConsole = (before: ConsoleFacts, text: string): ConsoleFacts => {
  const lines = (before.rest + text).split('\n')
  const rest = (lines.pop() ?? '').slice(-4 * LINE_MAX)
  return lines.reduce(readLine, { ...before, rest })
}

const readLine = (before: ConsoleFacts, raw: string): ConsoleFacts => {
  const line = raw.replaceAll(UNWANTED, '').trimEnd().slice(0, LINE_MAX)
  if (line === '') return before
  const recent = [...before.recent, line].slice(-BEFORE_PANIC)
  if (PANIC.test(line))
    return { ...before, recent, panic: [...before.recent, line], panics: before.panics + 1 }
  const failed = FAILED.exec(line)?.[1]
  return {
    ...before,
    recent,
    panic: before.panic.length === 0 || isOver(before.panic) ? before.panic : [...before.panic, line],
    failed:
      failed === undefined || before.failed.includes(failed)
        ? before.failed
        : [...before.failed, failed].slice(-FAILED_MAX),
  }
}

/** The kernel marks the end of its last words. */
const isOver = (panic: readonly string[]): boolean =>
  panic.length >= PANIC_LINES || panic.at(-1)?.includes('---[ end Kernel panic') === true
