import * as z from 'zod'

/** What `manifest.json` beside an image says of it. */
export const Manifest = z.object({
  key: z.string(),
  suite: z.string(),
  arch: z.string(),
  /** Packages the recipe asked for beside the base system. */
  packages: z.array(z.string()),
  kernel: z.string().describe('Kernel release.'),
  systemd: z.int().describe('Version of systemd inside.'),
  built: z.string().describe('ISO 8601, UTC.'),
  /** Of kernel, initrd and root together. */
  bytes: z.int(),
  /** Package → version, as installed. */
  installed: z.record(z.string(), z.string()),
})

export type Manifest = z.infer<typeof Manifest>
