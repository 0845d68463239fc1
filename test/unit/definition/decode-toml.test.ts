import TOML from '@iarna/toml'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeJson } from '../../../src/definition/decode-json.ts'
import { decodeToml } from '../../../src/definition/decode-toml.ts'
import { locateIn } from '../../../src/definition/places-tree.ts'
import { tomlPlaces } from '../../../src/definition/toml-places.ts'

const problemsIn = (text: string) => {
  const result = decodeToml(text, 'microvm.toml')
  return result.ok ? result.value.problems : result.problems
}
const placed = (text: string) =>
  problemsIn(text).map(({ code, place }) => `${code} ${place?.line}:${place?.column}`)

const web = (body: string) => `[machines.web]\n${body}\n`

describe('places', () => {
  test.each([
    ['no TOML', '[machines.web]\nvcpu = ', ['DEFINITION_SYNTAX 2:8']],
    // @iarna/toml takes whatever follows a local time for a part of it; toml-eslint-parser does not.
    ['TOML for one of the parsers only', web('vcpu = 07:32:00{'), ['DEFINITION_SYNTAX 2:16']],
    ['a key twice', '[machines.web]\nvcpu = 1\nvcpu = 2', ['DEFINITION_SYNTAX 3:9']],
    ['nothing at all', '', ['DEFINITION_VALUE 1:1']],
    ['no table', 'machines = 5', ['DEFINITION_VALUE 1:12']],
    ['a value', web('vcpu = 0'), ['DEFINITION_VALUE 2:8']],
    ['after a byte order mark', '\uFEFFmachines = 5', ['DEFINITION_VALUE 1:12']],
    ['CR LF', '[machines.web]\r\nvcpu = 0\r\n', ['DEFINITION_VALUE 2:8']],
    ['an unknown key', web('  cpus = 2'), ['DEFINITION_UNKNOWN_KEY 2:3']],
    ['dotted keys', web('cpu.max = 0\ncpu.mix = 0'), ['DEFINITION_VALUE 2:11', 'DEFINITION_UNKNOWN_KEY 3:5']],
    ['an inline table', web('cpu = { max = 0 }'), ['DEFINITION_VALUE 2:15']],
    ['a list', web('kernelParams = [\n  "a",\n  5,\n]'), ['DEFINITION_VALUE 4:3']],
    [
      'a missing key of an inline table',
      web('volumes = [ { image = "a" }, { size = 1 } ]'),
      ['DEFINITION_VALUE 2:30'],
    ],
    [
      'a missing key of an array of tables',
      '[[machines.web.volumes]]\nimage = "a"\n[[machines.web.volumes]]\nsize = 1',
      ['DEFINITION_VALUE 3:1'],
    ],
    [
      'a table below an array of tables',
      '[[machines.web.volumes]]\nimage = "a"\n[[machines.web.volumes]]\nimage = "b"\n[machines.web.volumes.rateLimit.ops]\nsize = 0\nrefillTime = 1',
      ['DEFINITION_VALUE 6:8'],
    ],
    ['one pair of brackets too few', '[machines.web.volumes]\nimage = "a"', ['DEFINITION_VALUE 1:1']],
    ['quoted keys', '[machines."web"]\n"vcpu" = 0', ['DEFINITION_VALUE 2:10']],
    ['the name of a machine', '[machines.web]\n[machines.Web]', ['DEFINITION_VALUE 2:11']],
    ['a credential of the wrong name', web('credentials = { "a b" = "x" }'), ['DEFINITION_VALUE 2:17']],
    ['a key that would be lost', '[machines.__proto__]\nvcpu = 1', ['DEFINITION_UNKNOWN_KEY 1:11']],
    [
      'dates and huge numbers',
      web('vcpu = 1979-05-27\nmem = 99999999999999999999'),
      ['DEFINITION_VALUE 2:8', 'DEFINITION_VALUE 3:7'],
    ],
  ])('%s', (_, text, expected) => {
    expect(placed(text).toSorted()).toEqual(expected.toSorted())
  })
})

describe('what to do about it', () => {
  test.each([
    ['vcpu = "2"', 'web.vcpu is "2", not a whole number.', 'Write 2 without quotes.'],
    [
      'mem = "5X"',
      'web.mem is "5X", not a size such as "512M" or "2G", or a whole number of MiB.',
      'Write a size',
    ],
    ['mem = true', 'web.mem is true, not a size such as', 'Write a size'],
    ['mem = 1.5', 'web.mem is 1.5, not a size such as', 'Write a size'],
    ['men = 1', 'web.men means nothing here.', 'Did you mean "mem"?'],
    ['hypervisor = "qemmu"', 'web.hypervisor is "qemmu", not one of "auto"', 'Did you mean "qemu"?'],
    ['after = "db"', 'web.after is "db", not a list.', 'Write a list: ["db"].'],
    [
      'volumes = { image = "a" }',
      'web.volumes is a table, not a list.',
      'double brackets, [[machines.web.volumes]]',
    ],
    ['image = "debian"', 'web.image is "debian", not a table:', 'Write a table:'],
    ['image = {}', 'web.image is a table, not a table: { debian', '{ kernel, initrd, root, … }'],
    ['image = { debain = {} }', 'web.image.debain means nothing here.', 'Did you mean "debian"?'],
    [
      'image = { debian = { suit = "sid" } }',
      'web.image.debian.suit means nothing here.',
      'Did you mean "suite"?',
    ],
    ['image = { flake = "a", kernel = "b" }', 'web.image has "flake" and "kernel"', 'Keep one of'],
    ['image = { kernel = 5 }', 'web.image.kernel is 5, not a text in quotes.', 'Write a text'],
    ['console = "tty"', 'web.console is "tty", not "serial"', 'Write "serial"'],
    ['ready = "multi-user"', 'web.ready is "multi-user", not "system"', '"target:NAME.target"'],
    ['credentials.a = { fil = "x" }', 'web.credentials.a.fil means nothing here.', 'Did you mean "file"?'],
    ['extraArgs.qmu = []', 'web.extraArgs.qmu means nothing here.', 'Did you mean "qemu"?'],
    ['balloonMem = 5', 'web.balloonMem means nothing here.', 'balloon = true'],
    [
      'cloud-hypervisor.platformOEMStrings = ["a"]',
      'web.cloud-hypervisor.platformOEMStrings',
      'platform.oemStrings',
    ],
    ['shares = [{ tag = "a", source = "b", proto = "9p" }]', 'web.shares[0].proto is "9p"', 'virtio-fs'],
    ['interfaces = [{ type = "bridge", id = "a" }]', 'web.interfaces[0].type is "bridge"', 'type = "tap"'],
    ['credentialFiles = { a = "b" }', 'web.credentialFiles means nothing here.', 'credentials'],
    ['cpu = "host"', 'web.cpu is "host", not a table.', 'Remove it'],
    ['hypervisor = "firecracker"', 'web.hypervisor is "firecracker"', '"cloud-hypervisor" or "qemu"'],
    ['stopTimeout = "1 week"', 'web.stopTimeout is "1 week", not a time span', 'Write a time span'],
  ])('%s', (body, message, fix) => {
    const problems = problemsIn(web(body))
    expect(problems).toHaveLength(1)
    expect(problems[0]?.message).toContain(message)
    expect(problems[0]?.fix).toContain(fix)
  })

  test('no value of a credential is ever repeated', () => {
    const text = web(
      'credentials = { a = ["hunter2"], b = { text = 12345678 }, c = { file = "x", text = "hunter3" } }',
    )
    expect(JSON.stringify(problemsIn(text))).not.toMatch(/hunter|12345678/)
    expect(problemsIn(text)).toHaveLength(3)
  })
})

test('never throws, and every problem has a place, whatever the text', () => {
  const piece = fc.constantFrom(
    '[',
    ']',
    '[[machines.a.volumes]]',
    '\n',
    '=',
    '"',
    "'",
    '{',
    '}',
    ',',
    '.',
    'machines',
    '.a',
    ' = 1',
    '1979-05-27',
    '"""',
    '#',
    '\\',
    '\0',
    '__proto__',
    ' ',
  )
  const text = fc.oneof(
    fc.string(),
    fc.array(piece).map((pieces) => pieces.join('')),
  )
  fc.assert(
    fc.property(text, (given) => {
      for (const { place } of problemsIn(given)) {
        expect(place?.line).toBeGreaterThan(0)
        expect(place?.line).toBeLessThanOrEqual(given.split('\n').length + 1)
        expect(place?.column).toBeGreaterThan(0)
      }
    }),
    { numRuns: 1000 },
  )
})

const key = fc.string({ unit: fc.constantFrom(...'ab.-é "'), minLength: 1, maxLength: 4 })
const scalar = fc.oneof(fc.boolean(), fc.integer(), fc.string({ maxLength: 5 }))
const { table } = fc.letrec<{ value: unknown; table: Record<string, unknown> }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    scalar,
    fc.array(scalar),
    tie('table'),
    fc.array(tie('table'), { maxLength: 3 }),
  ),
  table: fc.dictionary(key, tie('value'), { maxKeys: 3 }),
}))

/** Prints tables as headers, arrays of tables with double brackets or inline: a mixture of all ways to write TOML. */
const print = (value: Record<string, unknown>, at: string[] = [], inline = false): string => {
  const quoted = (name: string) => JSON.stringify(name)
  const flat = (part: unknown): string => {
    if (Array.isArray(part)) return `[ ${part.map(flat).join(', ')} ]`
    if (typeof part === 'object' && part !== null)
      return `{ ${Object.entries(part)
        .map(([name, inner]) => `${quoted(name)} = ${flat(inner)}`)
        .join(', ')} }`
    return JSON.stringify(part)
  }
  const entries = Object.entries(value)
  const isTable = (part: unknown) => typeof part === 'object' && part !== null && !Array.isArray(part)
  const isTables = (part: unknown) => Array.isArray(part) && part.length > 0 && part.every(isTable)
  const nested = (part: unknown) => !inline && (isTable(part) || isTables(part))
  const header = (name: string) => [...at, name].map(quoted).join('.')
  return [
    ...entries.filter(([, part]) => !nested(part)).map(([name, part]) => `${quoted(name)} = ${flat(part)}`),
    ...entries
      .filter(([, part]) => nested(part))
      .flatMap(([name, part]) =>
        Array.isArray(part)
          ? part.map((one) => `[[${header(name)}]]\n${print(one, [...at, name], true)}`)
          : [`[${header(name)}]\n${print(part as Record<string, unknown>, [...at, name])}`],
      ),
  ].join('\n')
}

test('every value of a random definition is found where it stands', () => {
  fc.assert(
    fc.property(table, (value) => {
      const text = print(value)
      const lines = text.split('\n')
      const locate = locateIn('a.toml', () => tomlPlaces(text))
      const behind = (at: (string | number)[], what: 'value' | 'key' = 'value') => {
        const place = locate(at, what)
        return lines[(place?.line ?? 0) - 1]?.slice((place?.column ?? 0) - 1) ?? ''
      }
      const check = (part: unknown, at: (string | number)[]): void => {
        if (at.length > 0 && typeof part !== 'object')
          expect(behind(at).startsWith(JSON.stringify(part))).toBe(true)
        if (at.length > 0 && typeof part === 'object') expect(behind(at)).toMatch(/^[[{]/)
        const last = at.at(-1)
        if (typeof last === 'string') expect(behind(at, 'key').startsWith(JSON.stringify(last))).toBe(true)
        if (Array.isArray(part)) part.forEach((inner, index) => check(inner, [...at, index]))
        else if (typeof part === 'object' && part !== null)
          for (const [name, inner] of Object.entries(part)) check(inner, [...at, name])
      }
      check(TOML.parse(text), [])
    }),
    { numRuns: 500 },
  )
})

describe('values that cannot be passed on exactly', () => {
  const extra = (value: string): string => `[machines.web.extraConfig.cloud-hypervisor]\nx = ${value}\n`
  test.each([
    ['9007199254740993', '9007199254740993'],
    ['[{ y = -9223372036854775808 }]', '-9223372036854775808'],
    ['nan', 'NaN'],
    ['-inf', '-Infinity'],
    ['1e300', '1e+300'],
    ['2026-11-25', 'a date'],
    ['2026-11-25T08:00:00Z', 'a date'],
    ['08:00:00', 'a date'],
  ])('%s is refused by name', (value, shown) => {
    const decoded = decodeToml(extra(value), 'a.toml')
    const problems = decoded.ok ? decoded.value.problems : decoded.problems
    expect(problems.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(
        `extraConfig.cloud-hypervisor.*is ${shown.replace('+', '.')}, which cannot be passed on exactly`,
      ),
    )
    expect(problems.find(({ message }) => message.includes('exactly'))?.place?.line).toBe(2)
  })

  test.each(['9007199254740991', '-9007199254740991', '0.1', '1.0', '"9007199254740993"'])(
    '%s is fine',
    (value) => {
      const decoded = decodeToml(extra(value), 'a.toml')
      const problems = decoded.ok ? decoded.value.problems : decoded.problems
      expect(problems.filter(({ message }) => message.includes('exactly'))).toEqual([])
    },
  )

  test('JSON does not lose digits without a word', () => {
    const text = '{"machines":{"web":{"extraConfig":{"cloud-hypervisor":{"x":9007199254740993}}}}}'
    const decoded = decodeJson(text, 'a.json')
    const problems = decoded.ok ? decoded.value.problems : decoded.problems
    expect(problems.map(({ message }) => message).join()).toContain('which cannot be passed on exactly')
  })

  test('is said once of a field that the schema refuses', () => {
    const decoded = decodeToml('[machines.web]\nvcpu = 99999999999999999999\n', 'a.toml')
    const problems = decoded.ok ? decoded.value.problems : decoded.problems
    expect(problems.filter(({ at }) => at.join('.') === 'machines.web.vcpu')).toHaveLength(1)
  })
})
