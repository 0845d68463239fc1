import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { VERSION } from '../../../src/version.ts'
import { type CliRig, machine, openCliRig } from './cli-rig.ts'

// oxlint-disable-next-line no-control-regex -- escape sequences begin with ESC
const ANSI = /\u001B/

const recordOf = (machine: string, change: object): object => ({
  schema: 1,
  machine,
  definition: '/x',
  planHash: 'h',
  startedAt: new Date(0).toISOString(),
  supervisor: { pid: 1, startTime: 'long ago' },
  vmm: null,
  helpers: [],
  hypervisor: { name: 'qemu', version: '10.0.2', accel: 'tcg' },
  state: 'failed',
  since: new Date(0).toISOString(),
  because: 'asked',
  guestStatus: null,
  readyAfterMs: null,
  boots: 1,
  outcome: null,
  failure: null,
  restartAt: null,
  run: '/r',
  console: '/r/console.sock',
  vsock: '/r/vsock.sock',
  ports: {},
  ...change,
})

let rig: CliRig
beforeAll(() => {
  rig = openCliRig()
})
afterAll(() => rig[Symbol.asyncDispose]())

describe.concurrent('light commands', () => {
  it('version', async ({ expect }) => {
    expect(await rig.cli('version')).toEqual({ exit: 0, out: `${VERSION}\n`, err: '' })
    expect(JSON.parse((await rig.cli('version', '--json')).out)).toMatchObject({ microvm: VERSION })
  })

  it('help, on stdout when asked for and on stderr when not', async ({ expect }) => {
    const asked = await rig.cli('help')
    expect(asked).toMatchObject({ exit: 0, err: '' })
    expect(asked.out).toContain('usage: microvm')
    const bare = await rig.cli()
    expect(bare).toMatchObject({ exit: 2, out: '' })
    expect(bare.err).toBe(asked.out)
    expect((await rig.cli('wait', '--help')).out).toContain('--for STATE')
    expect((await rig.cli('help', 'image')).out).toContain('microvm image prune')
  })

  it('schema', async ({ expect }) => {
    const { exit, out } = await rig.cli('schema')
    expect(exit).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ properties: { machines: {} } })
  })

  it('doctor tells what runs here, and uses the programs it is told of', async ({ expect }) => {
    const { exit, out } = await rig.cli('doctor', '--json')
    const report = JSON.parse(out)
    expect(exit).toBe(report.canRun ? 0 : 6)
    expect(report.findings).toContainEqual(
      expect.objectContaining({ what: 'qemu', state: 'ok', found: expect.stringContaining('10.0.2') }),
    )
    expect(
      report.findings.every(({ state, fix }: { state: string; fix: string }) => state === 'ok' || fix !== ''),
    ).toBe(true)
  })

  it('doctor ends with 6 where nothing can run', async ({ expect }) => {
    const missing = join(rig.folder, 'none')
    const bare = { MICROVM_QEMU: missing, MICROVM_CLOUD_HYPERVISOR: missing }
    const { exit, out } = await rig.start(['doctor'], bare).finished
    expect(exit).toBe(6)
    expect(out).toMatch(/missing +qemu/)
    expect(out).toContain('Machines cannot run here yet')
  })

  it('colours only when asked to, and never in JSON', async ({ expect }) => {
    expect((await rig.cli('doctor')).out).not.toMatch(ANSI)
    expect((await rig.cli('doctor', '--color=always')).out).toMatch(ANSI)
    expect((await rig.start(['doctor'], { CLICOLOR_FORCE: '1' }).finished).out).toMatch(ANSI)
    expect((await rig.cli('doctor', '--json', '--color=always')).out).not.toMatch(ANSI)
    expect((await rig.cli('upp', '--color=always')).err).toMatch(ANSI)
  })

  it('ends quietly when nobody reads', async ({ expect }) => {
    const { child, finished } = rig.start(['help'])
    child.stdout?.destroy()
    const { exit, err } = await finished
    expect(err).toBe('')
    expect([0, 141]).toContain(exit)
  })
})

describe.concurrent('errors', () => {
  it('are text on stderr, or JSON on stdout; the status is the same', async ({ expect }) => {
    const text = await rig.cli('ps', 'nosuch')
    expect(text.exit).toBe(4)
    expect(text.err).toMatch(/^error MACHINE_UNKNOWN {2}There is no machine "nosuch"\.\n {2}because/)
    const json = await rig.cli('logs', 'nosuch', '--json')
    expect(json).toMatchObject({ exit: 4, err: '' })
    expect(JSON.parse(json.out)).toMatchObject({
      error: { code: 'MACHINE_UNKNOWN', exit: 4, machine: 'nosuch' },
    })
  })

  it('of the command line too', async ({ expect }) => {
    const { exit, out } = await rig.cli('--json', 'upp')
    expect(exit).toBe(2)
    expect(JSON.parse(out)).toMatchObject({
      error: { code: 'USAGE', fix: expect.stringContaining('microvm up') },
    })
  })

  it('say where a definition was looked for', async ({ expect }) => {
    const { exit, err } = await rig.cli('run', 'nosuch')
    expect(exit).toBe(4)
    expect(err).toContain('/etc/microvm/nosuch.toml')
  })

  it('of a definition that is a folder, to root as well', async ({ expect }) => {
    mkdirSync(join(rig.folder, 'folder.toml'))
    const { exit, err } = await rig.cli('validate', '--file', join(rig.folder, 'folder.toml'))
    expect(exit).toBe(77)
    expect(err).toMatch(/^error DEFINITION_UNREADABLE .*folder\.toml cannot be read\.\n {2}because {2}EISDIR/)
    expect(err).toContain('Name the file in that folder.')
  })

  it('show every mistake of a definition, each under its line', async ({ expect }) => {
    const file = rig.write('wrong.toml', `${machine('web', 'mem = "51"\nvcpus = 2')}`)
    const { exit, err } = await rig.cli('validate', '--file', file)
    expect(exit).toBe(2)
    expect(err).toContain('mem = "51"')
    expect(err).toMatch(/^ +│ {7}\^$/m)
    expect(err).toContain('DEFINITION_UNKNOWN_KEY')
    const json = JSON.parse((await rig.cli('validate', '--file', file, '--json')).out)
    expect(json.error.problems.length).toBeGreaterThanOrEqual(2)
    expect(json.error.problems[0].place).toMatchObject({ file, line: expect.any(Number) })
  })

  it('of a time that is none', async ({ expect }) => {
    const { exit, err } = await rig.cli('wait', 'web', '--timeout', 'soon')
    expect(exit).toBe(2)
    expect(err).toContain('Write a time such as')
  })
})

describe.concurrent('definitions', () => {
  it('validate prints names, plan and compile the rest', async ({ expect }) => {
    const file = rig.write(
      'two.toml',
      machine('db') + machine('web', 'after = ["db"]\ncredentials = { token = "hunter2" }'),
    )
    expect(await rig.cli('validate', '-f', file)).toMatchObject({ exit: 0, out: 'db\nweb\n' })
    const plan = await rig.cli('plan', '-f', file, 'web')
    expect(plan.exit).toBe(0)
    expect(plan.out).toMatch(/^web\n {2}hypervisor +qemu 10\.0\.2/)
    expect(plan.out).not.toContain('hunter2')
    const [json] = JSON.parse((await rig.cli('compile', '-f', file, 'web', '--print', 'json')).out)
    expect(json).toMatchObject({ machine: 'web', vmm: { name: 'qemu' } })
    for (const args of [
      ['compile'],
      ['compile', '--print', 'json'],
      ['plan', '--json'],
      ['validate', '--json'],
    ])
      expect((await rig.cli(...args, '-f', file)).out).not.toContain('hunter2')
  })

  it('a kernel that is none is told with its place', async ({ expect }) => {
    const file = rig.write('kernel.toml', machine('web').replace('"vmlinuz"', '"root.erofs"'))
    const { exit, err } = await rig.cli('plan', '-f', file)
    expect(exit).toBe(2)
    expect(err).toContain('FILE_WRONG_KIND')
    expect(err).toMatch(/kernel\.toml:\d+:\d+/)
  })
})

describe('ps', () => {
  it('lists a broken record as such, and hides what has stopped', async () => {
    const state = join(rig.folder, 's')
    const record = (name: string, text: string): void => {
      mkdirSync(join(state, name), { recursive: true })
      writeFileSync(join(state, name, 'record.json'), text)
    }
    record('broken', '{"schema":1')
    record('old', JSON.stringify(recordOf('old', { state: 'stopped', outcome: 'graceful' })))
    const text = await rig.cli('ps')
    expect(text.exit).toBe(0)
    expect(text.out).toMatch(/^broken +broken/m)
    expect(text.out).not.toContain('old')
    expect(text.err).toContain('1 stopped')
    expect((await rig.cli('ps', '--all', '-q')).out).toBe('broken\nold\n')
    expect(JSON.parse((await rig.cli('ps', 'old', '--json')).out)).toMatchObject([
      { name: 'old', status: 'stopped', lastOutcome: 'graceful' },
    ])
    expect(await rig.cli('wait', 'old', '--for=stopped')).toMatchObject({ exit: 0 })
    expect(await rig.cli('console', 'old')).toMatchObject({ exit: 3 })
  })
})

it.each(['40', '60'])('ps keeps to %s columns, with name and status of each machine', async (COLUMNS) => {
  const state = mkdtempSync(join(rig.folder, 's-'))
  const names = ['a-name-of-more-than-forty-columns-is-legal-too', 'db']
  for (const name of names) {
    mkdirSync(join(state, name))
    const failure = { code: 'VMM_CRASHED', message: 'It ended. '.repeat(20), because: null, fix: null }
    const record = recordOf(name, { definition: `/${'folder/'.repeat(30)}microvm.toml`, image: `/${'i'.repeat(90)}`, failure }) // prettier-ignore
    writeFileSync(join(state, name, 'record.json'), JSON.stringify(record))
  }
  for (const args of [['ps'], ['ps', '--all']]) {
    const { exit, out, err } = await rig.start(args, { MICROVM_STATE_DIR: state, COLUMNS }).finished
    expect(exit, err).toBe(0)
    const lines = out.trimEnd().split('\n')
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(Number(COLUMNS))
    expect(lines[0]).toMatch(/^NAME +STATUS/)
    expect(lines[1]).toMatch(/^a-name-of-more-than-forty\S* +(failed|broken)/)
    expect(lines[2]).toMatch(/^db +(failed|broken)/)
  }
})

describe('machines whose files somebody else has made', () => {
  it('disturb no other: pipes do not hold up, links are not followed', async () => {
    const state = mkdtempSync(join(rig.folder, 's-'))
    for (const name of ['device', 'link', 'pipe', 'web']) mkdirSync(join(state, name))
    const secret = rig.write('secret', 'hunter2\n')
    const file = (name: string) => join(state, name, 'record.json')
    execFileSync('mkfifo', [file('pipe'), join(state, 'pipe/console.log')])
    symlinkSync('/dev/zero', file('device'))
    symlinkSync(secret, file('link'))
    symlinkSync(secret, join(state, 'link/console.log'))
    writeFileSync(join(state, 'web/console.log'), 'hello\n')
    writeFileSync(file('web'), '{}')
    const cli = (...args: string[]) => rig.start(args, { MICROVM_STATE_DIR: state }).finished

    const ps = await cli('ps')
    expect(ps.exit).toBe(0)
    for (const name of ['device', 'link', 'pipe'])
      expect(ps.out).toMatch(new RegExp(`^${name} +broken .*record\\.json is no plain file\\.$`, 'm'))
    const logs = await cli('logs')
    expect(logs.exit).toBe(1)
    expect(logs.out).toMatch(/^web +│ hello$/m)
    expect(logs.err).toContain('The log of "pipe" cannot be read')
    expect(logs.err).toContain('The log of "link" cannot be read')
    expect(logs.out + logs.err + ps.out).not.toContain('hunter2')
    expect((await cli('logs', 'link')).err).toContain('error RECORD_BROKEN')
    for (const name of ['device', 'link', 'pipe']) expect((await cli('wait', name, '--for', 'ready', '--timeout', '1s')).exit).toBe(124) // prettier-ignore
  })

  it('say what they like, and harm neither the list nor the terminal', async () => {
    const state = mkdtempSync(join(rig.folder, 's-'))
    const put = (name: string, record: object, ...events: object[]): void => {
      mkdirSync(join(state, name))
      writeFileSync(join(state, name, 'record.json'), JSON.stringify(record))
      const at = { at: new Date(0).toISOString(), boot: 1 }
      const lines = events.map((event) => `${JSON.stringify({ ...at, ...event })}\n`)
      writeFileSync(join(state, name, 'events.jsonl'), lines.join(''))
    }
    const evil = '\u001B]52;c;c2VjcmV0\u0007\u001B[2J\u009B2Jno\nweb ready'
    put('five', recordOf('five', { failure: { code: 'INTERNAL', message: 5 } }), { kind: 'warning', machine: 'five', message: 5 }) // prettier-ignore
    put(
      'loud',
      recordOf('loud', {
        because: evil,
        definition: evil,
        hypervisor: { name: evil, version: evil, accel: 'kvm' },
        failure: { code: evil, message: evil, because: evil, fix: evil },
      }),
      { kind: 'state', machine: evil, from: evil, to: evil, because: evil },
      { kind: 'vmm-started', machine: 'web', hypervisor: evil, version: evil, pid: 1, [evil]: evil },
      { kind: 'failed', machine: 'web', code: evil, message: evil, because: [evil], fix: evil },
    )
    put('web', recordOf('web', { because: 'It is well.' }), { kind: 'guest-ready', machine: 'web' })
    const cli = (...args: string[]) => rig.start(args, { MICROVM_STATE_DIR: state }).finished

    const ps = await cli('ps')
    expect(ps.exit).toBe(0)
    expect(ps.out.split('\n').map((line) => line.slice(0, 4))).toEqual(['NAME', 'five', 'loud', 'web ', ''])
    expect(ps.out).toMatch(/^five +broken .*its message is missing or of another kind/m)
    expect(ps.out).toMatch(/^loud +failed .* 2Jno web ready 2Jno web ready, KVM/m)
    const events = await cli('events')
    expect(events.out.split('\n').map((line) => line.slice(14, 18))).toEqual(['loud', 'loud', 'web ', ''])
    const all = [ps, events, await cli('wait', 'loud'), await cli('console', 'loud')]
    for (const args of [['ps'], ['events'], ['wait', 'loud']]) all.push(await cli(...args, '--json'))
    for (const { exit, out, err } of all) {
      expect(exit).not.toBe(70)
      // oxlint-disable-next-line no-control-regex -- the point of the test
      expect(out + err).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]|c2VjcmV0/)
    }
  })
})

describe('image', () => {
  it('lists nothing, and asks nobody who cannot answer', async () => {
    expect(await rig.cli('image', 'ls', '--json')).toMatchObject({ exit: 0, out: '[]\n' })
    expect(await rig.cli('image', 'prune')).toMatchObject({ exit: 0 })
    expect(await rig.cli('image', 'rm', 'abc')).toMatchObject({ exit: 4 })
    mkdirSync(join(rig.folder, 'c/images/abc123'), { recursive: true })
    expect((await rig.cli('image', 'ls')).out).toMatch(/abc123 .*broken/)
    expect(await rig.cli('image', 'prune')).toMatchObject({ exit: 2 })
    expect(await rig.cli('image', 'prune', '--no-input')).toMatchObject({ exit: 130 })
    expect(await rig.cli('image', 'prune', '--yes')).toMatchObject({ exit: 0, out: 'abc123\n' })
  })
})
