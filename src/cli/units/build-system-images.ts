import { MicrovmError } from '../../errors/microvm-error.ts'
import { catchSignals } from '../../host/signals.ts'
import { resolveImage } from '../../images/resolve-image.ts'
import { SYSTEM_DIRECTORIES } from '../../units/host-facts.ts'
import type { Context } from '../context.ts'
import { imageBuilder } from '../image-builder.ts'
import type { SystemMachine } from './choose-system-machines.ts'

/**
 * The images of machines that are to run as units, in the cache those read. Root builds them; nobody else may, so that no machine gets
 * an image one of its operators has made.
 * @throws MicrovmError HOST_PERMISSION with what root has to run.
 */
export const buildSystemImages = async (
  { env, uid, out }: Context,
  machines: readonly SystemMachine[],
): Promise<void> => {
  const wanted = machines.filter(({ spec }) => spec.image.kind !== 'files')
  const { cache } = SYSTEM_DIRECTORIES
  if (uid !== 0) {
    for (const { spec } of wanted) {
      const look = { cache, env, build: false, report: () => undefined }
      if ((await resolveImage(spec.image, look)) === undefined) throw notBuilt(spec.name)
    }
    return
  }
  const signals = catchSignals()
  try {
    const build = imageBuilder({ env: { ...env, MICROVM_CACHE_DIR: cache }, uid }, signals.stop)
    for (const { spec } of wanted)
      await build(spec.image, (line) => out.progress(`${spec.name}  image  ${line}`))
  } finally {
    signals.release()
  }
}

const notBuilt = (machine: string): MicrovmError =>
  new MicrovmError('HOST_PERMISSION', `The image of "${machine}" is not built yet.`, {
    machine,
    because: `Images of machines that run as units are root's, in ${SYSTEM_DIRECTORIES.cache}.`,
    fix: `Once, as root: sudo microvm start ${machine}`,
  })
