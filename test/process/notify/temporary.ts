import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A directory of this test alone, removed after it. */
export const temporary = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'notify-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}
