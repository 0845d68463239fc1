import type { DiskContent } from './disk-content.ts'

/** What was found at the path of a disk, made by `machine/look-at-disks.ts`. A path that cannot be looked at has no entry: `check-paths.ts` tells that. */
export type FoundDisk =
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'found'
      readonly content: DiskContent
      /** Bytes the guest sees; undefined where nobody could tell. */
      readonly size: number | undefined
      /** The image, and below it what it lies on, as far as the definition lets it be followed. Empty for a raw image. */
      readonly chain: readonly FoundImage[]
      /** What blkid(8) finds in a raw image; undefined: it was not asked, or could not tell. */
      readonly fileSystem: FoundFileSystem | undefined
    }

/** By device id: "root", "vol0" … */
export type FoundDisks = ReadonlyMap<string, FoundDisk>

/** One image of a chain, as `qemu-img info` describes it. */
export type FoundImage = {
  readonly path: string
  /** What the image above it, or the definition, says it is; undefined: the image above does not say it. */
  readonly declared: string | undefined
  readonly content: DiskContent | undefined
  /** What qemu-img said instead of a description. */
  readonly trouble?: {
    readonly code: 'PROGRAM_MISSING' | 'FILE_WRONG_KIND' | 'FILE_MISSING'
    readonly said: string
  }
  readonly backing?: {
    /** As the image spells it. */
    readonly name: string
    /** The file meant; undefined when the name is no path: a protocol or a description in JSON. */
    readonly path: string | undefined
    readonly format: string | undefined
  }
  readonly dataFile?: string
  readonly encrypted?: true
  /** Damage was found in it by whoever used it last. */
  readonly corrupt?: true
  /** It was not closed: its reference counts may be wrong. */
  readonly dirty?: true
}

/** Type and label as blkid(8) spells them; both undefined when there is nothing it knows. */
export type FoundFileSystem = { readonly type: string | undefined; readonly label: string | undefined }
