import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { failed, ok, type Problem, type Result } from '../errors/problem.ts'
import type { Secret } from '../hypervisors/contract.ts'
import type { Plan } from '../plan/plan.ts'
import { loadedCredential } from '../units/loaded-credential.ts'

/**
 * Reads the values of the credentials, just before they are needed. They stay in memory and in 0600 files of the run directory.
 * Problems: FILE_MISSING, FILE_NO_PERMISSION, all of them.
 */
export const readSecrets = (plan: Plan, env: NodeJS.ProcessEnv): Result<Secret[]> => {
  const problems: Problem[] = []
  const secrets: Secret[] = []
  for (const { name, from } of plan.secretCredentials) {
    const at = ['machines', plan.spec.name, 'credentials', name]
    if (from.kind === 'text') {
      secrets.push({ name, value: from.text })
      continue
    }
    const path = pathOf(name, from, env)
    if (path === undefined) {
      problems.push(noCredentials(name, from.kind === 'credential' ? from.id : name, at))
      continue
    }
    try {
      secrets.push({ name, value: readFileSync(path) })
    } catch (error) {
      problems.push(unreadable(name, path, error as NodeJS.ErrnoException, at))
    }
  }
  return problems.length > 0 ? failed(problems) : ok(secrets)
}

type From = Exclude<Plan['secretCredentials'][number]['from'], { readonly kind: 'text' }>

const pathOf = (name: string, from: From, env: NodeJS.ProcessEnv): string | undefined => {
  const directory = env['CREDENTIALS_DIRECTORY']
  if (from.kind === 'credential') return directory === undefined ? undefined : join(directory, from.id)
  // A unit of ours has them read by systemd: its machine's user need not be able to.
  const loaded = directory === undefined ? undefined : join(directory, loadedCredential(name))
  return loaded !== undefined && existsSync(loaded) ? loaded : from.path
}

const noCredentials = (name: string, id: string, at: string[]): Problem => ({
  code: 'FILE_MISSING',
  at,
  message: `Credential "${name}" comes from the host unit's credential "${id}", and there is none.`,
  because: '$CREDENTIALS_DIRECTORY is not set: this process was not started by systemd with credentials.',
  fix: `Give the unit LoadCredential=${id}:PATH, or use { file = "PATH" } in the definition.`,
})

const unreadable = (name: string, path: string, error: NodeJS.ErrnoException, at: string[]): Problem => {
  const missing = error.code === 'ENOENT'
  return {
    code: missing ? 'FILE_MISSING' : 'FILE_NO_PERMISSION',
    at,
    message: `Credential "${name}" cannot be read from ${path}.`,
    because: error.message,
    fix: missing
      ? 'Create the file, or correct the path in the definition.'
      : 'Let the user that runs the machine read it.',
  }
}
