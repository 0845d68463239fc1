import { oneLine } from '../errors/printable.ts'
import type { FoundFileSystem } from '../plan/found-disk.ts'
import { runConfined } from './run-confined.ts'

/** blkid(8): nothing was found. */
const NOTHING = 2

/** The file system of a raw image; undefined when blkid(8) could not tell, or is not there. */
export const askBlkid = async (path: string): Promise<FoundFileSystem | undefined> => {
  const result = await runConfined('blkid', ['-p', '-o', 'export', path])
  if (!result.ok) return result.exit === NOTHING ? { type: undefined, label: undefined } : undefined
  const value = (key: string): string | undefined => {
    const line = result.stdout.split('\n').find((one) => one.startsWith(`${key}=`))
    return line === undefined ? undefined : oneLine(line.slice(key.length + 1))
  }
  const table = value('PTTYPE')
  return {
    type: value('TYPE') ?? (table === undefined ? undefined : `${table} partition table`),
    label: value('LABEL'),
  }
}
