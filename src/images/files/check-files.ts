import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { MicrovmError } from '../../errors/microvm-error.ts'
import type { FilesImage } from '../../spec/machine-spec.ts'
import { KERNEL_HEAD, kernelKind } from './kernel-kind.ts'

/**
 * Looks at the files of an image the user gave, before anything starts.
 * @throws MicrovmError FILE_MISSING, FILE_NO_PERMISSION, FILE_WRONG_KIND.
 */
export const checkFiles = (image: FilesImage): void => {
  const head = readHead(image.kernel, 'kernel', 'r')
  if (kernelKind(head) === undefined)
    throw new MicrovmError('FILE_WRONG_KIND', `image.kernel is not a kernel: ${image.kernel}`, {
      because:
        head.length === 0 ? 'It is empty.' : 'It has none of the marks of a bzImage, vmlinux or arm64 Image.',
      fix: "Name an uncompressed vmlinux or a bzImage, such as a distribution's /boot/vmlinuz-VERSION.",
    })
  if (image.initrd !== undefined) notEmpty(readHead(image.initrd, 'initrd', 'r'), image.initrd, 'initrd')
  if (image.root !== undefined)
    notEmpty(readHead(image.root.path, 'root', image.root.readOnly ? 'r' : 'r+'), image.root.path, 'root')
}

const notEmpty = (head: Uint8Array, path: string, key: string): void => {
  if (head.length === 0)
    throw new MicrovmError('FILE_WRONG_KIND', `image.${key} is empty: ${path}`, {
      because: 'A build or a copy that was interrupted leaves such files.',
      fix: 'Make the file anew.',
    })
}

const readHead = (path: string, key: string, flags: 'r' | 'r+'): Uint8Array => {
  try {
    if (statSync(path).isDirectory())
      throw new MicrovmError('FILE_WRONG_KIND', `image.${key} is a directory: ${path}`, {
        fix: 'Name a file.',
      })
    const fd = openSync(path, flags)
    try {
      const head = Buffer.alloc(KERNEL_HEAD)
      return head.subarray(0, readSync(fd, head))
    } finally {
      closeSync(fd)
    }
  } catch (error) {
    if (error instanceof MicrovmError) throw error
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    throw new MicrovmError(
      missing ? 'FILE_MISSING' : 'FILE_NO_PERMISSION',
      `image.${key} cannot be opened${flags === 'r+' ? ' for writing' : ''}: ${path}`,
      {
        because: missing ? 'There is no such file.' : (error as Error).message,
        fix: missing
          ? 'Correct the path; relative ones start at the definition file.'
          : 'Change the owner or the mode of the file.',
        cause: error,
      },
    )
  }
}
