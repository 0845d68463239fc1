import { describe, expect, it } from 'vitest'
import { placesOf } from '../../../src/plan/places.ts'
import { type ListedMachine, machineRows } from '../../../src/report/machine-rows.ts'
import { plain, type Style } from '../../../src/report/style.ts'
import { widthOf } from '../../../src/report/table.ts'
import { markOwn, written } from '../../../src/errors/own-style.ts'

const NOW = Date.parse('2026-11-25T09:00:00Z')
const LONG = 'a-machine-with-the-longest-name-that-a-host-label-may-have-at-all'.slice(0, 63)

const machine = (change: Partial<ListedMachine>): ListedMachine => ({
  name: 'web',
  status: 'ready',
  since: '2026-11-24T07:00:00Z',
  hypervisor: 'cloud-hypervisor',
  vmmVersion: '53.0',
  accel: 'tcg',
  project: 'a-project-with-quite-a-name',
  definition: `/home/somebody/${'folders/'.repeat(20)}microvm.toml`,
  image: `/var/cache/microvm/images/${'0123456789abcdef'.repeat(4)}/root.erofs`,
  forwards: ['127.0.0.1:8080 → 80/tcp', '[::1]:8443 → 443/tcp', '0.0.0.0:53 → 53/udp'],
  readyAfterMs: 12_345,
  places: placesOf({ runtime: '/run', state: '/var', cache: '/c' }, 'web'),
  ...change,
})

const machines: readonly ListedMachine[] = [
  machine({}),
  machine({
    name: LONG,
    status: 'rebooting',
    leftBehind: `runs, but its definition is gone: /home/${'x'.repeat(90)}`,
  }),
  machine({ name: 'db', status: 'failed', failure: { code: 'VMM_CRASHED', message: 'y'.repeat(200) } }),
  machine({ name: 'tabs', status: 'booting', guestStatus: 'a\tb\tc '.repeat(30) }),
  machine({
    name: 'wide',
    definition: `/home/${'資料'.repeat(30)}/microvm.toml`,
    guestStatus: '起動中です'.repeat(9),
    status: 'booting',
  }),
  machine({ name: 'hidden', status: 'paused', project: '\u202Eevil', notice: 'z\u200B'.repeat(40) }),
]

const coloured = (text: string): string => markOwn(`\u001B[31m${text}\u001B[39m`)
const colours: Style = { ...plain, colours: true, bold: coloured, dim: coloured, red: coloured, green: coloured, yellow: coloured, cyan: coloured } // prettier-ignore

/** Columns of a terminal with a tab stop each eight, where ideographs take two. */
const columnsOf = (line: string): number => {
  let column = 0
  for (const char of line)
    column += char === '\t' ? 8 - (column % 8) : /\p{Script=Han}|\p{Script=Hiragana}/u.test(char) ? 2 : 1
  return column
}

/** What the terminal gets, without colours. */
const shown = (width: number, wide: boolean, style = plain): string[] =>
  machineRows(machines, { now: NOW, width, wide }, style).map((row) =>
    // oxlint-disable-next-line no-control-regex -- colours begin with ESC
    written(row, style.colours).replaceAll(/\u001B\[\d+m/g, ''),
  )

describe('microvm ps in a narrow terminal', () => {
  it.each([20, 30, 40, 60, 80, 100, 132, 200])('has no line of more than %d columns', (width) => {
    for (const wide of [false, true])
      for (const style of [plain, colours])
        for (const row of shown(width, wide, style)) expect(columnsOf(row), row).toBeLessThanOrEqual(width)
  })

  it.each([40, 60, 80])('has name and status in %d columns', (width) => {
    for (const wide of [false, true]) {
      const [header = '', ...rows] = shown(width, wide)
      expect(header).toMatch(/^NAME +STATUS/)
      for (const [index, { name, status }] of machines.entries()) {
        const [first = '', second] = rows[index]?.split(/ +/) ?? []
        expect(first.endsWith('…') ? name.startsWith(first.slice(0, -1)) : first === name, first).toBe(true)
        expect(second).toBe(status)
      }
    }
  })

  it('has the whole name where there is room for it', () => {
    expect(shown(80, true)[2]).toContain(`${LONG}  rebooting`)
  })

  it('leaves nothing out where there is no terminal', () => {
    for (const row of shown(Infinity, true).slice(1)) expect(row).toContain('8443')
    expect(widthOf(shown(Infinity, true)[0] ?? '')).toBeGreaterThan(200)
  })
})
