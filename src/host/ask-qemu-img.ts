import { runConfined } from './run-confined.ts'

/** What `qemu-img info` says of one image. Its texts are the image's: not yet harmless for a terminal. */
export type ImageInfo = {
  /** Bytes the guest sees. */
  readonly virtualSize: number | undefined
  readonly backing:
    | { readonly name: string; readonly full: string; readonly format: string | undefined }
    | undefined
  readonly dataFile: string | undefined
  readonly encrypted: boolean
  readonly corrupt: boolean
  readonly dirty: boolean
}

/**
 * Describes one image without opening what it names, and without taking its lock (a machine may run on it).
 * @param format QEMU's name of the format. Always given: a guessed format lets the content choose how it is read.
 * @returns what qemu-img said, where that is no description.
 */
export const askQemuImg = async (
  program: string,
  path: string,
  format: string,
): Promise<ImageInfo | { readonly said: string }> => {
  const result = await runConfined(program, ['info', '-U', '--output=json', '-f', format, path])
  if (!result.ok) return { said: result.said }
  try {
    return infoOf(JSON.parse(result.stdout))
  } catch {
    return { said: 'What it printed is no description.' }
  }
}

/** The schema ImageInfo of QEMU's qapi/block-core.json. */
const infoOf = (value: unknown): ImageInfo => {
  const info = fieldsOf(value)
  const specific = fieldsOf(fieldsOf(info['format-specific'])['data'])
  const name = textOf(info['backing-filename'])
  return {
    virtualSize: typeof info['virtual-size'] === 'number' ? info['virtual-size'] : undefined,
    backing:
      name === undefined
        ? undefined
        : {
            name,
            full: textOf(info['full-backing-filename']) ?? name,
            format: textOf(info['backing-filename-format']),
          },
    dataFile: textOf(specific['data-file']),
    encrypted: info['encrypted'] === true,
    corrupt: specific['corrupt'] === true,
    dirty: info['dirty-flag'] === true,
  }
}

type Fields = { readonly [name: string]: unknown }

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
