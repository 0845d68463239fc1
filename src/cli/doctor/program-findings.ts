import { hypervisors } from '../../hypervisors/registry.ts'
import { HOW_TO_GET } from '../../plan/how-to-get.ts'
import type { Observed, ProgramName } from '../../plan/observed.ts'
import { isAtLeast } from '../../plan/version.ts'
import type { Finding } from '../../report/findings.ts'

/** What cannot be done without each program. */
const COST: Readonly<Record<ProgramName, string>> = {
  'cloud-hypervisor': 'machines run on QEMU instead',
  'ch-remote': 'no macvtap interfaces on cloud-hypervisor',
  qemu: 'no machines where KVM or cloud-hypervisor is missing',
  'qemu-img': 'no disks in qcow2, vhd or vhdx format',
  'vhost-device-vsock': 'no machines on QEMU: the guest could not say that it is ready',
  virtiofsd: 'no shares',
  passt: 'no interfaces of type "user" on cloud-hypervisor',
  mmdebstrap: 'no Debian images can be built; those in the cache and files of your own still work',
  'mkfs.erofs': 'no Debian images can be built; those in the cache and files of your own still work',
  setpriv: 'no machines: nothing would end the hypervisor should its supervisor be killed',
  flock: 'no machines: two supervisors could run the same one',
  nix: 'no images from flakes',
}

/** One finding per program, with the oldest version the back-ends work with. */
export const programFindings = ({ programs }: Observed): Finding[] =>
  (Object.keys(COST) as ProgramName[]).map((name): Finding => {
    const program = programs[name]
    const least = leastVersion(name)
    const details = { what: name, cost: COST[name], fix: HOW_TO_GET[name] }
    if (program === undefined) return { ...details, state: 'missing', found: '' }
    if (program.trouble !== undefined)
      return { ...details, state: 'broken', found: `${program.path}: ${program.trouble}` }
    const tooOld = least !== undefined && !isAtLeast(program.numbers, least)
    const version = program.version === '' ? 'version unknown' : program.version
    return {
      ...details,
      state: tooOld ? 'too old' : 'ok',
      found: `${version}${tooOld ? ` (needs ${least.join('.')})` : ''}  ${program.path}`,
    }
  })

const leastVersion = (name: ProgramName): readonly number[] | undefined =>
  hypervisors.find(({ program }) => program === name)?.capabilities.minVersion

/** How a machine would run here: the first hypervisor whose needs are met, or undefined. */
export const waysToRun = (observed: Observed): { hypervisor: string; accel: 'kvm' | 'tcg' } | undefined => {
  const well = (name: ProgramName): boolean =>
    programFindings(observed).some(({ what, state }) => what === name && state === 'ok')
  if (!well('setpriv') || !well('flock')) return undefined
  for (const { name, program, capabilities } of hypervisors) {
    if (!well(program) || !capabilities.arch.includes(observed.arch)) continue
    if (capabilities.vsockHelper && !well('vhost-device-vsock')) continue
    const accel = capabilities.accel.find((one) => one === 'tcg' || observed.kvm.usable)
    if (accel !== undefined) return { hypervisor: name, accel: observed.kvm.usable ? 'kvm' : accel }
  }
  return undefined
}
