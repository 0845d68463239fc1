import { EXIT } from '../errors/catalogue.ts'
import { MicrovmError } from '../errors/microvm-error.ts'
import { hostLayout } from '../host-install/host-layout.ts'
import { install } from '../host-install/install.ts'
import { type Change, planInstall } from '../host-install/plan-install.ts'
import { systemdVersion } from '../host-install/systemctl.ts'
import { uninstall } from '../host-install/uninstall.ts'
import { findOnPath } from '../host/find-on-path.ts'
import { notifyAccess } from '../units/notify-access.ts'
import type { Context } from './context.ts'

type InstallOptions = {
  readonly 'dry-run': boolean
  readonly prefix: string
  readonly machined: boolean
  readonly 'no-machined': boolean
}

export const performHostInstall = async (
  context: Context,
  { 'dry-run': dryRun, prefix, machined, 'no-machined': noMachined }: InstallOptions,
): Promise<number> => {
  const { out, env, globals } = context
  if (machined && noMachined)
    throw new MicrovmError('USAGE', 'Both --machined and --no-machined were given.', {
      fix: 'Choose one; with none of them it stays as it is installed.',
    })
  const layout = hostLayout(prefix)
  const systemd = await systemdVersion()
  const plan = planInstall(layout, {
    systemd,
    node: process.execPath,
    script: process.argv[1] ?? '',
    env: needEnv(env),
    machined: machined ? true : noMachined ? false : undefined,
  })
  const changes = plan.changes.filter(({ what }) => what !== 'same')
  const said = dryRun ? [] : await install(layout, plan)
  if (globals.json) {
    out.json({
      prefix,
      systemd,
      dryRun,
      changes: plan.changes.map(({ path, what }) => ({ path, what })),
      said,
    })
    return EXIT.ok
  }
  for (const change of changes) out.data(changeText(change, context))
  out.detail(notifyAccess(systemd).because)
  if (changes.length === 0) out.progress('Everything is installed already; nothing changed.')
  else if (dryRun) out.progress(`${changes.length} of ${plan.changes.length} files would change.`)
  else out.progress(`${changes.length} of ${plan.changes.length} files changed.`)
  if (plan.machined && !machined)
    out.progress('Machines are registered with systemd-machined, as before; --no-machined ends that.')
  for (const line of said) out.progress(line)
  return EXIT.ok
}

export const performHostUninstall = async (
  { out, globals }: Context,
  { prefix, purge }: { readonly prefix: string; readonly purge: boolean },
): Promise<number> => {
  const result = await uninstall(hostLayout(prefix), { purge })
  if (globals.json) out.json(result)
  else {
    for (const path of result.removed) out.data(`removed  ${path}`)
    for (const { path, because } of result.kept) out.progress(`kept     ${path}: ${because}`)
    if (result.removed.length === 0) out.progress('Nothing is installed there.')
  }
  return EXIT.ok
}

const changeText = ({ path, what, diff }: Change, { out: { style } }: Context): string =>
  [
    `${style.bold(what.padEnd(6))} ${path}`,
    ...diff.map((line) =>
      line.startsWith('+')
        ? `       ${style.green(line)}`
        : line.startsWith('-')
          ? `       ${style.red(line)}`
          : `       ${style.dim(line)}`,
    ),
  ].join('\n')

const needEnv = (env: NodeJS.ProcessEnv): string => {
  const path = findOnPath('env', env)
  if (path !== undefined) return path
  throw new MicrovmError('PROGRAM_MISSING', 'There is no env(1) on this host.', {
    fix: 'Install coreutils 8.31 or newer.',
  })
}
