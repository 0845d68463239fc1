import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  closeSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { acquireLock } from '../../../src/host/lock.ts'
import { listImages, pruneImages, removeImage } from '../../../src/images/cache.ts'
import { imagePlaces } from '../../../src/images/image-places.ts'
import { resolveImage } from '../../../src/images/resolve-image.ts'
import type { DebianRecipe, FilesImage } from '../../../src/spec/machine-spec.ts'

/** A real build with a fake mmdebstrap: everything around it is the real thing. */
const fake = resolve(import.meta.dirname, '../../fakes/mmdebstrap')

let cache = ''
let log = ''
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'microvm-images-'))
  log = join(cache, 'log')
  writeFileSync(log, '')
  process.env['FAKE_MMDEBSTRAP_LOG'] = log
})
afterEach(() => rmSync(cache, { recursive: true, force: true }))

const runs = (): number => readFileSync(log, 'utf8').split('\n').length - 1
const imageFiles = (): string[] =>
  readdirSync(join(cache, 'images')).filter((name) => !name.endsWith('.lock'))

type More = { build?: boolean; rebuild?: boolean; signal?: AbortSignal; report?: (line: string) => void }
const get = (recipe: Partial<DebianRecipe> = {}, more: More = {}): Promise<FilesImage | undefined> =>
  resolveImage(
    {
      kind: 'debian',
      recipe: {
        suite: 'trixie',
        packages: [],
        files: [],
        run: [],
        enable: [],
        emptyRootPassword: false,
        ...recipe,
      },
    },
    {
      cache,
      build: true,
      report: () => undefined,
      env: {
        ...process.env,
        MICROVM_MMDEBSTRAP: fake,
        MICROVM_MKFS_EROFS: fake,
        MICROVM_DEBIAN_MIRROR: 'http://mirror.example/debian',
      },
      ...more,
    },
  )

describe('an image', () => {
  test('is built once and then found', async () => {
    const stages: string[] = []
    const first = await get({}, { report: (line) => stages.push(line) })
    expect(stages).toEqual(['building Debian trixie, once; this takes a minute', 'reading package lists'])
    expect(first).toMatchObject({ kind: 'files', systemd: 257, root: { readOnly: true, imageType: 'raw' } })
    expect(await get()).toEqual(first)
    expect(runs()).toBe(1)
    expect(
      readFileSync(first?.initrd ?? '')
        .subarray(0, 6)
        .toString(),
    ).toBe('070701')
  })

  test('is not built when nobody asked for that', async () => {
    expect(await get({}, { build: false })).toBeUndefined()
    expect(runs()).toBe(0)
  })

  test('is built again on request, and when what is there is broken', async () => {
    const image = await get()
    await get({}, { rebuild: true })
    expect(runs()).toBe(2)
    rmSync(image?.root?.path ?? '')
    await get()
    expect(runs()).toBe(3)
  })

  test.each(['kernel', 'initrd', 'root'] as const)(
    'is built again when its %s was cut short',
    async (part) => {
      const image = await get()
      const path = part === 'root' ? image?.root?.path : image?.[part]
      truncateSync(path ?? '', 0)
      expect(listImages(cache)).toMatchObject([{ suite: undefined }])
      const lines: string[] = []
      await get({}, { report: (line) => lines.push(line) })
      expect(runs()).toBe(2)
      expect(lines).toContain('the image in the cache is damaged, and is built again')
      expect(statSync(path ?? '').size).toBeGreaterThan(0)
    },
  )

  test('that two want at once is built by one of them', async () => {
    const [a, b] = await Promise.all([get(), get()])
    expect(a).toEqual(b)
    expect(runs()).toBe(1)
  })
})

describe('a build that fails', () => {
  test.each([
    ['fake-failure', 'IMAGE_BUILD_FAILED', /Unable to locate package/],
    ['fake-disk-full', 'DISK_FULL', /No space left on device/],
  ])('with %s says why and leaves nothing', async (name, code, because) => {
    await expect(get({ packages: [name] })).rejects.toMatchObject({
      code,
      because: expect.stringMatching(because),
      fix: expect.any(String),
    })
    expect(imageFiles()).toEqual([])
  })

  test('because a file of the recipe is not there, says which', async () => {
    const files = [{ path: '/etc/app', mode: '0644', from: { source: join(cache, 'nowhere') } }]
    await expect(get({ files })).rejects.toMatchObject({
      code: 'FILE_MISSING',
      message: expect.stringContaining('/etc/app'),
    })
  })

  test('because it was interrupted, leaves nothing', async () => {
    const controller = new AbortController()
    const report = (line: string): void => {
      if (line === 'unpacking the base system') controller.abort()
    }
    const building = get({ packages: ['fake-hang'] }, { signal: controller.signal, report })
    await expect(building).rejects.toMatchObject({ code: 'INTERRUPTED' })
    expect(imageFiles()).toEqual([])
  })

  test('because it was killed, is cleaned up by the next one', async () => {
    const first = await get()
    const key = listImages(cache)[0]?.key ?? ''
    const { building } = imagePlaces(cache, key)
    mkdirSync(join(building, 'tmp/root'), { recursive: true })
    writeFileSync(join(building, 'tmp-path'), join(building, 'tmp'))
    expect(await get({}, { rebuild: true })).toEqual(first)
    expect(imageFiles()).toEqual([key])
  })
})

describe('the cache', () => {
  test('lists images and removes one by the beginning of its key', async () => {
    await get({ packages: ['curl'] })
    const [image] = listImages(cache)
    expect(image).toMatchObject({ suite: 'trixie', packages: ['curl'], systemd: 257, inUse: false })
    expect(image?.bytes).toBeGreaterThan(0)
    await removeImage(cache, image?.key.slice(0, 6) ?? '')
    expect(listImages(cache)).toEqual([])
    expect(imageFiles()).toEqual([])
  })

  test('keeps what a process has open, and says so', async () => {
    const image = await get()
    const fd = openSync(image?.root?.path ?? '', 'r')
    try {
      const [{ key, inUse } = { key: '', inUse: false }] = listImages(cache)
      expect(inUse).toBe(true)
      await expect(removeImage(cache, key)).rejects.toMatchObject({ code: 'IMAGE_IN_USE' })
      expect(await pruneImages(cache)).toEqual([])
      expect(existsSync(image?.kernel ?? '')).toBe(true)
    } finally {
      closeSync(fd)
    }
  })

  test('prunes what is neither used nor wanted, and what killed builders left', async () => {
    await get()
    const [kept] = listImages(cache)
    await get({ packages: ['curl'] })
    const { building } = imagePlaces(cache, 'ab'.repeat(16))
    mkdirSync(building)
    const removed = await pruneImages(cache, new Set([kept?.key ?? '']))
    expect(removed.map(({ packages }) => packages)).toEqual([['curl']])
    expect(imageFiles()).toEqual([kept?.key])
  })

  test('leaves alone what is being built', async () => {
    await get()
    const [image] = listImages(cache)
    const lock = await acquireLock(imagePlaces(cache, image?.key ?? '').lock)
    try {
      await expect(removeImage(cache, image?.key ?? '')).rejects.toMatchObject({ code: 'IMAGE_IN_USE' })
    } finally {
      lock?.release()
    }
  })

  test('does not know every key, and a broken manifest breaks no list', async () => {
    await expect(removeImage(cache, 'nope')).rejects.toMatchObject({ code: 'IMAGE_UNKNOWN' })
    const { image } = imagePlaces(cache, 'cd'.repeat(16))
    mkdirSync(image, { recursive: true })
    writeFileSync(join(image, 'manifest.json'), '{')
    expect(listImages(cache)).toMatchObject([{ key: 'cd'.repeat(16), suite: undefined }])
  })
})
