import type { Machine } from '../definition/schema.ts'
import type { DebianRecipe, ImageSpec } from './machine-spec.ts'
import type { ResolvePath } from './resolve-path.ts'

type Image = NonNullable<Machine['image']>
type Debian = Extract<Image, { debian: unknown }>['debian']

export const imageSpec = (image: Image, resolve: ResolvePath): ImageSpec => {
  if ('debian' in image) return { kind: 'debian', recipe: debianRecipe(image.debian, resolve) }
  if ('flake' in image) return { kind: 'flake', reference: flakeReference(image.flake, resolve) }
  return {
    kind: 'files',
    kernel: resolve(image.kernel),
    initrd: image.initrd === undefined ? undefined : resolve(image.initrd),
    root:
      image.root === undefined
        ? undefined
        : {
            path: resolve(image.root),
            imageType: image.rootImageType ?? 'raw',
            readOnly: image.rootReadOnly ?? true,
          },
    cmdline: image.cmdline ?? '',
    systemd: image.systemd,
  }
}

const debianRecipe = (debian: Debian, resolve: ResolvePath): DebianRecipe => ({
  suite: debian.suite,
  packages: debian.packages ?? [],
  files: Object.entries(debian.files ?? {}).map(([path, file]) => {
    const { content, source, mode } = typeof file === 'string' ? { content: file } : { ...file }
    return {
      path,
      mode: (mode ?? '0644').padStart(4, '0'),
      from: source === undefined ? { content: content ?? '' } : { source: resolve(source) },
    }
  }),
  run: debian.run ?? [],
  enable: debian.enable ?? [],
  emptyRootPassword: debian.rootPassword === '',
})

/** Relative flake references are paths (nix3-flake, "Path-like syntax"): they begin with "." and end at "#" or "?". */
const flakeReference = (reference: string, resolve: ResolvePath): string =>
  reference.replace(/^\.[^#?]*/, (path) => resolve(path).replace(/(?<=.)\/$/, ''))
