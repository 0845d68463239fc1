import type { FilesImage } from '../../../spec/machine-spec.ts'
import type { Plan } from '../../../plan/plan.ts'

/** Kernel, initrd, command line: raw arguments, no option syntax. */
export const bootArgs = (plan: Plan, image: FilesImage): string[] => [
  '-kernel',
  image.kernel,
  ...(image.initrd === undefined ? [] : ['-initrd', image.initrd]),
  '-append',
  plan.cmdline.join(' '),
]
