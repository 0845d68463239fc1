import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { buildFlakeDefinition, lastFlakeDefinition } from '../../../src/images/flake/flake-definition.ts'
import { resolveImage } from '../../../src/images/resolve-image.ts'
import type { FilesImage } from '../../../src/spec/machine-spec.ts'

/** Real processes and links with a fake nix; what the real one evaluates to is tested in test/nix. */
const fake = resolve(import.meta.dirname, '../../fakes/nix')

let folder = ''
let said: string[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'microvm-flakes-'))
  said = []
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const machine = (more: object = {}) => ({
  hostname: 'web',
  image: {
    kernel: '/nix/store/k/bzImage',
    initrd: '/nix/store/i/initrd',
    root: '/nix/store/r',
    cmdline: 'init=/nix/store/t/init',
    systemd: 261,
  },
  ...more,
})
const guest = (name: string, machines: object): void =>
  writeFileSync(join(folder, `${name}.json`), JSON.stringify({ machines }))
const env = () => ({ ...process.env, MICROVM_NIX: fake, FAKE_NIX: folder })
const withEnv = async <T>(run: () => Promise<T>): Promise<T> => {
  process.env['FAKE_NIX'] = folder
  try {
    return await run()
  } finally {
    delete process.env['FAKE_NIX']
  }
}
const report = (line: string): void => void said.push(line)
const cache = (): string => join(folder, 'cache')
const image = (reference: string, build = true): Promise<FilesImage | undefined> =>
  withEnv(() => resolveImage({ kind: 'flake', reference }, { cache: cache(), build, report, env: env() }))
const definition = (flake = '/project'): Promise<string> =>
  withEnv(() => buildFlakeDefinition(flake, cache(), { report, env: env() }))

describe('image = { flake = … }', () => {
  test('is built into the files the guest boots from, showing what Nix says', async () => {
    guest('web', { web: machine() })
    expect(await image('/project#web')).toEqual({
      kind: 'files',
      kernel: '/nix/store/k/bzImage',
      initrd: '/nix/store/i/initrd',
      root: { path: '/nix/store/r', imageType: 'raw', readOnly: true },
      cmdline: 'init=/nix/store/t/init',
      systemd: 261,
    })
    expect(said).toEqual([`evaluating '/project#nixosConfigurations."web".config.microvm.definition'`])
  })

  test('is undefined before the first build, and found without Nix after it', async () => {
    guest('web', { web: machine() })
    expect(await image('/project#web', false)).toBeUndefined()
    await image('/project#web')
    const runs = readFileSync(join(folder, 'log'), 'utf8')
    expect(await image('/project#web', false)).toBeDefined()
    expect(readFileSync(join(folder, 'log'), 'utf8')).toBe(runs)
  })

  test('says which of the guest’s own options are not taken', async () => {
    guest('web', { web: machine({ shares: [{ tag: 'a', source: '/a' }], mem: '1G' }) })
    await image('/project#web')
    expect(said.at(-1)).toContain('(shares, mem)')
  })

  test('what Nix says against it is passed on, with the command', async () => {
    await expect(image('/broken#web')).rejects.toMatchObject({
      code: 'IMAGE_BUILD_FAILED',
      because: expect.stringContaining("attribute 'networking.hostNam' missing") as string,
      fix: expect.stringContaining('nix build ') as string,
    })
  })

  test('a reference without a name, a configuration that is no guest, no Nix at all', async () => {
    await expect(image('/project')).rejects.toMatchObject({ code: 'IMAGE_BUILD_FAILED' })
    writeFileSync(join(folder, 'other.json'), '{"machines":{"other":{}}}')
    await expect(image('/project#other')).rejects.toMatchObject({ code: 'IMAGE_BUILD_FAILED' })
    const without = { ...env(), MICROVM_NIX: '/nowhere/nix' }
    await expect(
      resolveImage(
        { kind: 'flake', reference: '/project#web' },
        { cache: cache(), build: true, report, env: without },
      ),
    ).rejects.toMatchObject({ code: 'NEEDS_NIX' })
  })
})

describe('the guests of a flake as a definition', () => {
  test('are one file, with a link that keeps each of them', async () => {
    guest('web', { web: machine({ after: ['db'] }) })
    guest('db', { db: machine({ hostname: 'db' }) })
    const file = await definition()
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      machines: { db: machine({ hostname: 'db' }), web: machine({ after: ['db'] }) },
    })
    expect(lastFlakeDefinition('/project', cache())).toBe(file)
    expect(lastFlakeDefinition('/another', cache())).toBeUndefined()
  })

  test('that were collected are not taken for built', async () => {
    guest('web', { web: machine() })
    await definition()
    rmSync(join(folder, 'web.json'))
    expect(lastFlakeDefinition('/project', cache())).toBeUndefined()
  })

  test('are none, or two of one name', async () => {
    await expect(definition()).rejects.toMatchObject({ code: 'DEFINITION_NOT_FOUND' })
    guest('a', { web: machine() })
    guest('b', { web: machine() })
    await expect(definition()).rejects.toMatchObject({ code: 'DEFINITION_CLASH' })
    expect(existsSync(join(cache(), 'flakes'))).toBe(true)
  })
})
