import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { freeIds, ownName, readSubordinateIds } from '../../src/host/subordinate-ids.ts'

/** The person set-up is for; undefined for root, who needs nothing of this. */
export type Person = { readonly name: string; readonly uid: number }

/** `--for NAME`, else who called sudo, else who runs this. */
export const personOf = (args: readonly string[], env: NodeJS.ProcessEnv): Person | undefined => {
  const asked = args.includes('--for') ? args[args.indexOf('--for') + 1] : undefined
  const uid = process.getuid?.() ?? 0
  const name = asked ?? (uid === 0 ? (env['SUDO_USER'] ?? 'root') : ownName())
  const number = Number(id('-u', name))
  return number === 0 ? undefined : { name, uid: number }
}

/** What one person needs beside packages, with the command that gives it to them. */
export type UserNeed = {
  readonly what: string
  readonly why: string
  /** Set-up does it; otherwise it only says how, because it gives the person more than microvm needs to run. */
  readonly does: boolean
  readonly command: readonly string[]
}

export const findUserNeeds = (person: Person | undefined): UserNeed[] =>
  person === undefined ? [] : [...subordinateIds(person), ...kvmGroup(person)]

const subordinateIds = ({ name, uid }: Person): UserNeed[] => {
  const { uids, gids } = readSubordinateIds(name, uid)
  const { first, count } = freeIds()
  const range = `${first}-${first + count - 1}`
  const options = [
    ...(uids.length > 0 ? [] : ['--add-subuids', range]),
    ...(gids.length > 0 ? [] : ['--add-subgids', range]),
  ]
  if (options.length === 0) return []
  return [
    {
      what: `subordinate ids of ${name}`,
      why: 'builds guest images, and keeps owners in shares, without being root',
      does: true,
      command: ['usermod', ...options, name],
    },
  ]
}

const kvmGroup = ({ name }: Person): UserNeed[] => {
  // Without vmx or svm the device is of no use (see observeKvm).
  const real = process.arch !== 'x64' || /\b(vmx|svm)\b/.test(readFileSync('/proc/cpuinfo', 'latin1'))
  if (!existsSync('/dev/kvm') || !real) return []
  const { mode, gid } = statSync('/dev/kvm')
  if ((mode & 0o006) === 0o006 || id('-G', name).split(' ').includes(String(gid))) return []
  return [
    {
      what: `access of ${name} to /dev/kvm`,
      why: 'runs machines several times faster; log in again afterwards',
      does: false,
      command: ['usermod', '-aG', 'kvm', name],
    },
  ]
}

const id = (option: '-u' | '-G', name: string): string =>
  execFileSync('id', [option, '--', name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim()
