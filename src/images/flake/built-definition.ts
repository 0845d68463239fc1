import { readFileSync } from 'node:fs'
import * as z from 'zod'
import { MicrovmError } from '../../errors/microvm-error.ts'
import type { FilesImage } from '../../spec/machine-spec.ts'

/** As much of a definition as is looked at here; it is checked whole where it is used as one. */
const Built = z.object({
  machines: z.record(
    z.string(),
    z.looseObject({
      image: z.object({
        kernel: z.string(),
        initrd: z.string().optional(),
        root: z.string().optional(),
        rootImageType: z.enum(['raw', 'qcow2']).optional(),
        rootReadOnly: z.boolean().optional(),
        cmdline: z.string().optional(),
        systemd: z.int().optional(),
      }),
    }),
  ),
})

export type BuiltMachines = z.infer<typeof Built>['machines']

/** The machines of a definition that Nix built. @throws MicrovmError IMAGE_BUILD_FAILED when it is none. */
export const readBuiltDefinition = (path: string): BuiltMachines => {
  try {
    return Built.parse(JSON.parse(readFileSync(path, 'utf8'))).machines
  } catch (error) {
    throw new MicrovmError('IMAGE_BUILD_FAILED', `What Nix built is no definition of NixOS guests: ${path}`, {
      because: (error as Error).message,
      fix: "Import this version's guest module (nixosModules.guest), and leave microvm.image alone.",
    })
  }
}

/** The files of a machine's image. */
export const imageOfBuilt = ({ image }: BuiltMachines[string]): FilesImage => ({
  kind: 'files',
  kernel: image.kernel,
  initrd: image.initrd,
  root:
    image.root === undefined
      ? undefined
      : {
          path: image.root,
          imageType: image.rootImageType ?? 'raw',
          readOnly: image.rootReadOnly ?? true,
        },
  cmdline: image.cmdline ?? '',
  systemd: image.systemd,
})
