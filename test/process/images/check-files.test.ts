import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { resolveImage } from '../../../src/images/resolve-image.ts'
import type { FilesImage } from '../../../src/spec/machine-spec.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'microvm-files-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const file = (name: string, content: Uint8Array): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}
const withMark = (length: number, offset: number, mark: string): Buffer => {
  const bytes = Buffer.alloc(length)
  bytes.write(mark, offset, 'latin1')
  return bytes
}
const bzImage = withMark(0x400, 0x202, 'HdrS')
const check = (image: Partial<FilesImage>): Promise<unknown> =>
  resolveImage(
    {
      kind: 'files',
      kernel: '',
      initrd: undefined,
      root: undefined,
      cmdline: '',
      systemd: undefined,
      ...image,
    },
    { cache: folder, build: false, report: () => undefined },
  )

test.each([
  ['bzImage', bzImage],
  ['vmlinux', Buffer.concat([withMark(18, 0, '\x7fELF'), Buffer.from([62, 0]), Buffer.alloc(100)])],
  ['arm64 Image', withMark(0x80, 0x38, 'ARMd')],
])('takes a %s as it is', async (name, content) => {
  const kernel = file(name, content)
  expect(await check({ kernel })).toMatchObject({ kind: 'files', kernel })
})

test.each([
  ['text', Buffer.from('#!/bin/sh\n')],
  ['nothing', Buffer.alloc(0)],
  ['an ELF file of another machine', withMark(100, 0, '\x7fELF')],
])('refuses %s as a kernel', async (_, content) => {
  await expect(check({ kernel: file('kernel', content) })).rejects.toMatchObject({ code: 'FILE_WRONG_KIND' })
})

test('names the file that is missing', async () => {
  const missing = join(folder, 'nowhere')
  await expect(check({ kernel: missing })).rejects.toMatchObject({
    code: 'FILE_MISSING',
    message: `image.kernel cannot be opened: ${missing}`,
  })
  await expect(check({ kernel: file('kernel', bzImage), initrd: missing })).rejects.toMatchObject({
    code: 'FILE_MISSING',
    message: `image.initrd cannot be opened: ${missing}`,
  })
})

test('a directory is no disk image', async () => {
  const path = join(folder, 'directory')
  mkdirSync(path)
  const root = { path, imageType: 'raw', readOnly: true } as const
  await expect(check({ kernel: file('kernel', bzImage), root })).rejects.toMatchObject({
    code: 'FILE_WRONG_KIND',
  })
})

test('an empty file is no initrd and no disk', async () => {
  const kernel = file('kernel', bzImage)
  const root = { path: file('root', Buffer.alloc(0)), imageType: 'raw', readOnly: true } as const
  for (const empty of [{ initrd: file('initrd', Buffer.alloc(0)) }, { root }])
    await expect(check({ kernel, ...empty })).rejects.toMatchObject({
      code: 'FILE_WRONG_KIND',
      message: expect.stringContaining('is empty'),
    })
})

test('says that a file may not be read', async () => {
  const kernel = file('kernel', bzImage)
  chmodSync(kernel, 0)
  // Root may read everything, so root becomes nobody for a moment.
  const root = process.getuid?.() === 0
  if (root) process.seteuid?.(65534)
  try {
    await expect(check({ kernel })).rejects.toMatchObject({ code: 'FILE_NO_PERMISSION' })
  } finally {
    if (root) process.seteuid?.(0)
  }
})

test('a flake needs Nix', async () => {
  const image = { kind: 'flake', reference: '.#web' } as const
  // Told by the documented variable, so that a host that has Nix shows the same.
  const env = { MICROVM_NIX: join(folder, 'no-nix-here') }
  const options = { cache: folder, build: true, report: () => undefined, env }
  await expect(resolveImage(image, options)).rejects.toMatchObject({ code: 'NEEDS_NIX' })
})
