import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CliRig, machine, openCliRig } from './cli-rig.ts'

const MAIN = resolve(import.meta.dirname, '../../../dist/microvm.mjs')
const ESC = '\u001B'

let rig: CliRig
beforeEach(() => {
  rig = openCliRig()
  rig.write('microvm.toml', machine('web'))
})
afterEach(() => rig[Symbol.asyncDispose]())

type Terminal = {
  readonly type: (keys: string) => void
  /** Resolves when the screen has got this, after what was found before. */
  readonly shows: (what: string | RegExp, seconds?: number) => Promise<void>
  readonly all: () => string
  readonly exit: Promise<number | null>
}

/** The program at a real terminal of 90 columns, as script(1) of util-linux makes one. */
const atTerminal = (args: string, env: NodeJS.ProcessEnv = {}): Terminal => {
  const command = `stty cols 90 rows 30; exec '${process.execPath}' '${MAIN}' ${args}`
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd: rig.folder,
    env: { ...rig.env, TERM: 'xterm-256color', ...env },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  let text = ''
  let from = 0
  let look: () => void = () => undefined
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString()
    look()
  })
  const exit = new Promise<number | null>((done) => {
    child.on('close', done)
  })
  const shows: Terminal['shows'] = (what, seconds = 30) =>
    new Promise((done, fail) => {
      const timer = setTimeout(
        () => fail(new Error(`the terminal did not show ${what}:\n${text.slice(-2000)}`)),
        seconds * 1000,
      )
      look = () => {
        const rest = text.slice(from)
        const at = typeof what === 'string' ? rest.indexOf(what) : rest.search(what)
        if (at < 0) return
        from += at + 1
        clearTimeout(timer)
        done()
      }
      look()
    })
  return { type: (keys) => void child.stdin.write(keys), shows, all: () => text, exit }
}

describe.runIf(existsSync('/usr/bin/script'))('at a terminal', () => {
  it('up redraws a line per machine below the consoles, and stops at Ctrl-C', async () => {
    const terminal = atTerminal('up')
    await terminal.shows('Linux version')
    await terminal.shows(/web.*ready.*after/)
    terminal.type('\u0003')
    await terminal.shows('Ctrl-C again')
    await terminal.shows(/web.*stopped.*graceful/)
    expect(await terminal.exit).toBe(130)
    const text = terminal.all()
    expect(text).toContain(`${ESC}[1A${ESC}[J`)
    // The cursor that was hidden is back.
    expect(text.lastIndexOf(`${ESC}[?25h`)).toBeGreaterThan(text.lastIndexOf(`${ESC}[?25l`))
  })

  it('a second Ctrl-C does not wait for the guest', async () => {
    rig.script('web', { guest: { down: [] } })
    const terminal = atTerminal('up')
    await terminal.shows(/web.*ready.*after/)
    terminal.type('\u0003')
    await terminal.shows(/web.*stopping/)
    terminal.type('\u0003')
    await terminal.shows(/web.*stopped.*(forced|killed)/)
    expect(await terminal.exit).toBe(130)
  })

  it('draws nothing in place where TERM is dumb', async () => {
    const terminal = atTerminal('up -d', { TERM: 'dumb' })
    expect(await terminal.exit).toBe(0)
    expect(terminal.all()).not.toContain(ESC)
    expect(terminal.all()).toMatch(/web {2}ready {2}after/)
  })

  it('console passes keys on, and Ctrl-] leaves it', async () => {
    expect((await rig.cli('up', '-d')).exit).toBe(0)
    const terminal = atTerminal('console web')
    await terminal.shows('Ctrl-] leaves it')
    await terminal.shows('Linux version')
    terminal.type('\u001D')
    await terminal.shows('the machine goes on')
    expect(await terminal.exit).toBe(0)
    expect((await rig.cli('ps', '-q')).out).toBe('web\n')
  })
})
