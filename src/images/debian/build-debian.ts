import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runProgram } from '../../host/run-program.ts'
import type { DebianRecipe } from '../../spec/machine-spec.ts'
import type { imagePlaces } from '../image-places.ts'
import type { Manifest } from '../manifest.ts'
import { aptConfOf } from './apt-conf.ts'
import { explainBuildFailure } from './explain-failure.ts'
import { makeInitrd } from './initrd.ts'
import { sourcesFor } from './mirror.ts'
import { mmdebstrapArgs } from './mmdebstrap-args.ts'
import { stageOf } from './progress.ts'
import { readMirror } from './read-mirror.ts'
import { stageRecipe } from './stage-recipe.ts'
import { makeWorkspace } from './workspace.ts'

export type BuildContext = {
  /** Absolute path of mmdebstrap(1). */
  readonly mmdebstrap: string
  readonly env: NodeJS.ProcessEnv
  /** Debian's name of the architecture. */
  readonly arch: string
  readonly report: (line: string) => void
  readonly signal: AbortSignal | undefined
}

/**
 * Builds an image into `places.image`, which appears only when it is complete. The caller holds `places.lock`.
 * @throws MicrovmError IMAGE_BUILD_FAILED, DISK_FULL, PROGRAM_MISSING, INTERRUPTED.
 */
export const buildDebian = async (
  key: string,
  recipe: DebianRecipe,
  places: ReturnType<typeof imagePlaces>,
  context: BuildContext,
): Promise<void> => {
  const workspace = makeWorkspace(places.building, context.env)
  try {
    const { staging, parts } = workspace
    stageRecipe(recipe, staging)
    const sources = sourcesFor(recipe.suite, readMirror(context.env))
    const { stdout: dump } = await runProgram('apt-config', ['dump'])
    const args = mmdebstrapArgs({
      recipe,
      arch: context.arch,
      sources,
      aptConf: aptConfOf(dump),
      staging,
      parts,
    })
    await runProgram(context.mmdebstrap, args, {
      // INITRD=No keeps the kernel's own hooks from making an initrd that is never used (kernel-img.conf(5)).
      env: {
        TMPDIR: workspace.tmp,
        INITRD: 'No',
        PATH: `${context.env['PATH'] ?? ''}:/usr/sbin:/sbin`,
      },
      onLine: (line) => {
        const stage = stageOf(line)
        if (stage !== undefined) context.report(stage)
      },
      ...(context.signal === undefined ? {} : { signal: context.signal }),
    })
    finish(key, recipe, places, join(parts, 'out'), context.arch)
  } catch (error) {
    throw explainBuildFailure(recipe.suite, error)
  } finally {
    await workspace.remove()
  }
}

/** Puts the parts together in a directory beside the image, and renames that. */
const finish = (
  key: string,
  recipe: DebianRecipe,
  places: ReturnType<typeof imagePlaces>,
  out: string,
  arch: string,
): void => {
  const image = join(places.building, 'image')
  mkdirSync(image, { mode: 0o755 })
  writeFileSync(join(image, 'initrd'), makeInitrd(out))
  for (const name of ['kernel', 'root.erofs']) renameSync(join(out, name), join(image, name))
  const line = (name: string): string => readFileSync(join(out, name), 'utf8').trim()
  const manifest: Manifest = {
    key,
    suite: recipe.suite,
    arch,
    packages: [...recipe.packages],
    kernel: line('kernel-version'),
    systemd: Number.parseInt(line('systemd-version'), 10),
    built: new Date().toISOString(),
    bytes: ['kernel', 'initrd', 'root.erofs'].reduce(
      (sum, name) => sum + statSync(join(image, name)).size,
      0,
    ),
    installed: Object.fromEntries(
      line('packages')
        .split('\n')
        .map((entry) => entry.split(' ') as [string, string]),
    ),
  }
  writeFileSync(join(image, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  rmSync(places.image, { recursive: true, force: true })
  renameSync(image, places.image)
}
