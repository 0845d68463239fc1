import { MicrovmError } from '../../errors/microvm-error.ts'
import type { FilesImage } from '../../spec/machine-spec.ts'

/**
 * The files a flake's NixOS configuration consists of.
 * @throws MicrovmError NEEDS_NIX, always: building them is not supported yet.
 */
export const resolveFlake = (reference: string): FilesImage => {
  throw new MicrovmError('NEEDS_NIX', `The image ${reference} has to be built by Nix.`, {
    because: 'This version does not build images from flakes.',
    fix: 'Use image = { debian = … }, or build the files elsewhere and name them: image = { kernel, initrd, root }.',
  })
}
