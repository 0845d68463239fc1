import type { MachineSpec } from '../spec/machine-spec.ts'

/** How programs say that a file is not there or not theirs; cloud-hypervisor by numbers. */
const NOT_OPENED =
  /No such file or directory|Permission denied|Operation not permitted|Read-only file system|os error (1|2|13|30)\b/

/**
 * What to do in a unit when the VMM said that it could not open something. A unit sees only what the definition names, and nobody
 * reads extra arguments for names of files.
 */
export const unitHint = (
  { name, extraArgs, extraConfig }: Pick<MachineSpec, 'name' | 'extraArgs' | 'extraConfig'>,
  said: string,
): string | undefined =>
  NOT_OPENED.test(said) && [extraArgs, extraConfig].some((extra) => Object.keys(extra).length > 0)
    ? `If microvm@${name}.service opens a file or device that stands in extraArgs or extraConfig, name it in machines.${name}.unit.paths or machines.${name}.unit.devices of the definition, and run "systemctl daemon-reload".`
    : undefined
