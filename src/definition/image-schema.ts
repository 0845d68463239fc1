import * as z from 'zod'

const DebianFile = z.strictObject({
  content: z.string().optional().describe('The text of the file.'),
  source: z.string().min(1).optional().describe('A file on this host, relative to the definition file.'),
  mode: z
    .string()
    .regex(/^0?[0-7]{3,4}$/, { error: 'an octal file mode such as "0644"' })
    .optional()
    .describe('Octal. Default: "0644".'),
})

/** A guest image built with mmdebstrap(1) through the host's own apt sources. Public: no secrets in it. */
const Debian = z.strictObject({
  suite: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/, { error: 'the name of a Debian suite such as "trixie"' })
    .describe('Debian suite, e.g. "trixie" or "sid".'),
  packages: z
    .array(z.string().regex(/^[a-z0-9][a-z0-9.+-]*$/, { error: 'the name of a Debian package' }))
    .optional()
    .describe('Packages beside the base system.'),
  files: z
    .record(z.string().regex(/^\//), z.union([z.string(), DebianFile]))
    .optional()
    .describe('Files by their path in the guest: the text, or { content | source, mode }.'),
  run: z
    .array(z.string().min(1))
    .optional()
    .describe("Shell commands run in the guest's root, in order, after packages and files."),
  enable: z.array(z.string().min(1)).optional().describe('systemd units to enable.'),
  rootPassword: z
    .literal('')
    .optional()
    .describe('"" lets root log in on the console without a password. For development only.'),
})

const Files = {
  kernel: z.string().min(1).describe('A bzImage, or a vmlinux with a PVH note.'),
  initrd: z.string().min(1).optional().describe('Initial RAM disk. Default: none.'),
  root: z.string().min(1).optional().describe('Disk image or file system of the root.'),
  rootImageType: z.enum(['raw', 'qcow2']).optional().describe('Default: "raw".'),
  rootReadOnly: z.boolean().optional().describe('Default: true.'),
  cmdline: z
    .string()
    .optional()
    .describe('Kernel command line of the image, e.g. "root=/dev/vda ro". kernelParams come after it.'),
  systemd: z
    .int()
    .min(1)
    .optional()
    .describe('Version of systemd in the image, if known: warns early where readiness needs a newer one.'),
}

/** Where kernel, initrd and root file system come from: exactly one of the kinds. */
export const Image = z
  .union(
    [
      z.strictObject({ debian: Debian.describe('Built with mmdebstrap, once, and cached.') }),
      z.strictObject({
        flake: z.string().min(1).describe('Flake reference of a NixOS configuration, e.g. ".#web".'),
      }),
      z.strictObject(Files),
    ],
    { error: 'a table: { debian = {…} }, { kernel, initrd, root, … } or { flake = "…#name" }' },
  )
  .describe('The guest image: { debian = {…} }, { kernel, initrd, root, … } or { flake = "…#name" }.')
