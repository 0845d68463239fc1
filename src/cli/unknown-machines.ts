import { nearestWord } from '../definition/nearest-word.ts'
import { MicrovmError } from '../errors/microvm-error.ts'

/** The error for names that are neither defined nor recorded. */
export const unknownMachines = (
  missing: readonly string[],
  known: readonly { readonly name: string }[],
): MicrovmError => {
  const names = known.map(({ name }) => name)
  const near = missing.length === 1 ? nearestWord(missing[0] ?? '', names) : undefined
  const list = missing.map((name) => `"${name}"`).join(', ')
  return new MicrovmError(
    'MACHINE_UNKNOWN',
    missing.length === 1 ? `There is no machine ${list}.` : `There are no machines ${list}.`,
    {
      ...(missing.length === 1 && missing[0] !== undefined ? { machine: missing[0] } : {}),
      because:
        names.length === 0 ? 'None is defined or was ever started here.' : `Known here: ${names.join(', ')}.`,
      fix: `${near === undefined ? '' : `Did you mean "${near}"? `}Name another definition with --file, or list what runs with "microvm ps --all".`,
    },
  )
}
