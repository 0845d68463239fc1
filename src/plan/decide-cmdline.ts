import type { FilesImage, MachineSpec } from '../spec/machine-spec.ts'
import type { Observed } from './observed.ts'

/** Seconds between a kernel panic and the reset that follows; the panic is reported at once (pvpanic), and we end the machine. */
const PANIC_SECONDS = 10

/**
 * The kernel command line: ours, then the image's, then the user's; the kernel takes the last of two equal keys.
 *
 * `panic=10`: with 0 a guest without a pvpanic driver would hang for ever; with -1 cloud-hypervisor, which reboots in place,
 * would loop without a pause. A short delay lets the panic event arrive first, and otherwise turns the hang into a reset that
 * the supervisor sees.
 * `loglevel=4` keeps the console to errors (a serial line costs time) but, unlike `quiet`, leaves systemd's progress on.
 */
export const decideCmdline = (
  spec: MachineSpec,
  arch: Observed['arch'],
  image: FilesImage | undefined,
  parameters: readonly string[],
): string[] => {
  const console = consoleDevice(spec, arch)
  return [
    ...(console === undefined ? [] : [`console=${console}`]),
    ...(console !== undefined && !spec.console.login ? [`systemd.mask=serial-getty@${console}.service`] : []),
    // Reset by triple fault: works without ACPI and i8042, and every hypervisor here takes it as a reset.
    ...(arch === 'x86_64' ? ['reboot=t'] : []),
    `panic=${PANIC_SECONDS}`,
    'loglevel=4',
    ...parameters,
    ...(image?.cmdline.split(/\s+/).filter((word) => word !== '') ?? []),
    // Read by /init of the images microvm builds: the volume, by its serial, that is the writable layer.
    ...spec.volumes.filter(({ root }) => root).map(({ serial }) => `microvm.root=${serial}`),
    ...spec.kernelParams,
  ]
}

const consoleDevice = (spec: MachineSpec, arch: Observed['arch']): string | undefined => {
  if (spec.console.device === 'off') return undefined
  if (spec.console.device === 'virtio') return 'hvc0'
  return arch === 'aarch64' ? 'ttyAMA0' : 'ttyS0'
}
