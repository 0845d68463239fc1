import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { STORIES } from '../../fakes/guest-simulator.ts'
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
  /** Answers like xterm: where the cursor is, what it is, which colour it has. */
  readonly answers: () => number
  readonly exit: Promise<number | null>
}

const ANSWERS = [
  [`${ESC}[6n`, `${ESC}[7;9R`],
  [`${ESC}[c`, `${ESC}[?62;4c`],
  [`${ESC}]11;?`, `${ESC}]11;rgb:0000/0000/0000${ESC}\\`],
] as const

/** The program at a real terminal of 90 columns, as script(1) of util-linux makes one. */
const atTerminal = (args: string, env: NodeJS.ProcessEnv = {}, before = 'exec'): Terminal => {
  const command = `stty cols 90 rows 30; ${before} '${process.execPath}' '${MAIN}' ${args}`
  const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
    cwd: rig.folder,
    env: { ...rig.env, TERM: 'xterm-256color', ...env },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  let text = ''
  let from = 0
  let look: () => void = () => undefined
  let answers = 0
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString()
    for (const [question, answer] of ANSWERS)
      if (chunk.toString().includes(question)) {
        answers += 1
        child.stdin.write(answer)
      }
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
  return {
    type: (keys) => void child.stdin.write(keys),
    shows,
    all: () => text,
    answers: () => answers,
    exit,
  }
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
    await terminal.shows('stty rows 30 cols 90')
    await terminal.shows('Linux version')
    terminal.type('\u001D')
    await terminal.shows('the machine goes on')
    expect(await terminal.exit).toBe(0)
    expect((await rig.cli('ps', '-q')).out).toBe('web\n')
  })

  describe('of a guest that asks its terminal questions', () => {
    const QUESTIONS = `${ESC}[6n${ESC}[c${ESC}]11;?\u0007`

    beforeEach(async () => {
      const story = [
        { console: `${QUESTIONS}${ESC}[?1049h${ESC}[?2004hweb login: ` },
        { until: 'again' },
        { console: `${ESC}[?1000h${ESC}[?25lasked:${ESC}[6n` },
      ]
      rig.script('web', { guest: { boots: [[...(STORIES['boot'] ?? []), ...story]] } })
      expect((await rig.cli('up', '-d')).exit).toBe(0)
    })

    it('nothing is typed but what the user types, each time; what it asks now is answered once', async () => {
      for (const _ of ['first', 'second']) {
        const terminal = atTerminal('console web --escape ^a')
        await terminal.shows('login: ')
        terminal.type('root')
        await terminal.shows('you typed root')
        expect(terminal.answers()).toBe(0)
        expect(terminal.all()).not.toContain(`${ESC}[?1049h`)
        terminal.type('\u0001')
        await terminal.shows('the machine goes on')
        expect(await terminal.exit).toBe(0)
        expect(terminal.all()).not.toMatch(/you typed (?!root)/)
      }
      const [one, two] = [atTerminal('console web'), atTerminal('console web')]
      await Promise.all([one.shows('login: '), two.shows('login: ')])
      one.type('x')
      await Promise.all([one.shows('you typed x'), two.shows('you typed x')])
      rig.signal('web', 'again')
      await Promise.all([one.shows(`you typed ${ESC}[7;9R`), two.shows('asked:')])
      expect([one.answers(), two.answers()]).toEqual([1, 0])
      one.type('\u001D')
      await one.shows('the machine goes on')
      // The mouse is off, the cursor is on, and nothing else was touched.
      expect(one.all()).toContain(`${ESC}[?1000l${ESC}[?25h`)
      expect(one.all()).not.toContain(`${ESC}[?1049l`)
      expect(await one.exit).toBe(0)
      expect((await rig.cli('down', 'web')).exit).toBe(0)
      await two.shows('was closed')
      expect(await two.exit).toBe(0)
      expect(two.all()).toContain(`${ESC}[?1000l${ESC}[?25h`)
    })

    it.each(['the client is told to end', 'the supervisor is killed'])(
      'the terminal is as before when %s',
      async (how) => {
        const terminal = atTerminal('console web; stty -a', {}, `sh -c 'echo pid:$$.; exec "$0" "$@"'`)
        await terminal.shows('login: ')
        rig.signal('web', 'again')
        await terminal.shows('asked:')
        const [machineNow] = JSON.parse((await rig.cli('ps', '--json')).out) as [{ supervisorPid: number }]
        const client = Number(/pid:(\d+)\./.exec(terminal.all())?.[1])
        if (how.includes('client')) process.kill(client, 'SIGTERM')
        else process.kill(machineNow.supervisorPid, 'SIGKILL')
        await terminal.shows(`${ESC}[?1000l${ESC}[?25h`)
        await terminal.shows(/[^-]icanon/)
        await terminal.shows(/[^-]echo /)
        await terminal.exit
      },
    )

    it('types what comes from a pipe, prints the answer, and ends', async () => {
      const terminal = atTerminal('console web | cat', {}, `printf 'root\\n' |`)
      await terminal.shows('you typed root')
      expect(await terminal.exit).toBe(0)
      expect(terminal.all()).toContain('web login: ')
      expect(terminal.all()).not.toContain(ESC)
    })
  })
})
