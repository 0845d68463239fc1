import type { MachineInvocations } from './machine-invocations.ts'

/** The same for programs: stable keys, machines in the given order. Contents of secret files are left out. */
export const renderJson = (runs: readonly MachineInvocations[]): string =>
  `${JSON.stringify(
    runs.map(({ machine, assumed, directories, lock, files, sidecars, vmm, control, boot }) => ({
      machine,
      ...(assumed === undefined ? {} : { assumed }),
      directories,
      lock,
      files: files.map(({ path }) => ({ path, mode: '0600' })),
      sidecars,
      vmm,
      control,
      boot,
    })),
    undefined,
    2,
  )}\n`
