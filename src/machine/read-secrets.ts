import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MicrovmError } from '../errors/microvm-error.ts'
import type { Secret } from '../hypervisors/contract.ts'
import type { Plan } from '../plan/plan.ts'
import { loadedCredential } from '../units/loaded-credential.ts'

/**
 * Reads the values of the credentials, just before they are needed. They stay in memory and in 0600 files of the run directory.
 * @throws MicrovmError FILE_MISSING, FILE_NO_PERMISSION.
 */
export const readSecrets = (credentials: Plan['secretCredentials'], env: NodeJS.ProcessEnv): Secret[] =>
  credentials.map(({ name, from }) => {
    if (from.kind === 'text') return { name, value: from.text }
    const directory = env['CREDENTIALS_DIRECTORY']
    if (from.kind === 'file') {
      // A unit of ours has them read by systemd: its machine's user need not be able to.
      const loaded = directory === undefined ? undefined : join(directory, loadedCredential(name))
      return { name, value: read(name, loaded !== undefined && existsSync(loaded) ? loaded : from.path) }
    }
    if (directory === undefined)
      throw new MicrovmError(
        'FILE_MISSING',
        `Credential "${name}" comes from the host unit's credential "${from.id}", and there is none.`,
        {
          because:
            '$CREDENTIALS_DIRECTORY is not set: this process was not started by systemd with credentials.',
          fix: `Give the unit LoadCredential=${from.id}:PATH, or use { file = "PATH" } in the definition.`,
        },
      )
    return { name, value: read(name, join(directory, from.id)) }
  })

const read = (name: string, path: string): Uint8Array => {
  try {
    return readFileSync(path)
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    throw new MicrovmError(
      missing ? 'FILE_MISSING' : 'FILE_NO_PERMISSION',
      `Credential "${name}" cannot be read from ${path}.`,
      {
        because: (error as Error).message,
        fix: missing
          ? 'Create the file, or correct the path in the definition.'
          : 'Let the user that runs the machine read it.',
      },
    )
  }
}
