import { plansOf, invocationsOf, printableSecrets, specsOf, type Host } from '../src/compile.ts'
import { type Bench, interleave, median } from './bench.ts'

const ROUNDS = 7
const TARGETS = { thousandMs: 1_000, tenfold: 12 }

/** The pure pipeline, text to invocations, over files of 100 and of 1,000 machines. */
export const compile: Bench = {
  name: 'compile',
  about: 'a definition of 1,000 machines to what is run, versus one of 100',
  heavy: false,
  run: async () => {
    const time = (machines: number, times: number) => {
      const text = definitionOf(machines)
      return (): number => {
        const since = process.cpuUsage()
        for (let count = 0; count < times; count++) compileText(text, machines)
        const { user, system } = process.cpuUsage(since)
        return (user + system) / 1000 / times
      }
    }
    // CPU time, garbage collection included: on a quiet machine it is more than the time that passes, on a busy one it is the same.
    // Ten of the small one in a row, so that both leave as much garbage.
    const samples = await interleave(ROUNDS, { hundred: time(100, 10), thousand: time(1_000, 1) }, 2)
    const [hundred, thousand] = [median(samples.hundred), median(samples.thousand)]
    return [
      {
        what: '1,000 machines compiled, CPU time',
        value: `${thousand.toFixed(0)} ms`,
        versus: `100 machines: ${hundred.toFixed(0)} ms`,
        ratio: thousand / hundred,
        target: TARGETS.tenfold,
        also: { text: `≤ ${TARGETS.thousandMs} ms`, met: thousand <= TARGETS.thousandMs },
      },
    ]
  },
}

const compileText = (text: string, machines: number): void => {
  const specs = specsOf({ text, file: 'microvm.toml', folder: '/project' })
  if (!specs.ok) throw new Error(specs.problems[0]?.message)
  const plans = plansOf(specs.value, HOST)
  if (!plans.ok) throw new Error(plans.problems[0]?.message)
  const runs = plans.value.map((plan) => invocationsOf(plan, printableSecrets(plan)))
  if (runs.length !== machines) throw new Error(`${runs.length} of ${machines} machines came out`)
}

/** Each with two disks, a network, a share, a credential and the machine before it to wait for. */
const definitionOf = (machines: number): string =>
  Array.from({ length: machines }, (_, index) => machineText(index)).join('\n')

const machineText = (index: number): string => `
[machines.m${index}]
image = { kernel = "vmlinuz", initrd = "initrd", root = "root.erofs" }
vcpu = 2
mem = "1G"
${index === 0 ? '' : `after = ["m${index - 1}"]`}
kernelParams = ["quiet"]
volumes = [
  { image = "data.img", size = "1G", mountPoint = "/data" },
  { image = "scratch.img", size = "4G", fsType = "xfs", mountPoint = "/scratch" },
]
interfaces = [{ type = "tap", id = "tap${index}" }]
shares = [{ tag = "site", source = "site", mountPoint = "/srv" }]
[machines.m${index}.credentials]
greeting = "hello ${index}"
`

const program = (path: string, version: string) => ({
  path,
  version,
  numbers: version.split('.').map(Number),
})

const HOST: Host = {
  observed: {
    arch: 'x86_64',
    kvm: { usable: true },
    kernel: '6.12.0',
    uid: 0,
    gid: 0,
    idMapping: { usable: false, because: 'It is root.', fix: '' },
    programs: {
      'cloud-hypervisor': program('/usr/bin/cloud-hypervisor', '53.0'),
      'ch-remote': program('/usr/bin/ch-remote', '53.0'),
      virtiofsd: program('/usr/libexec/virtiofsd', '1.13.2'),
      setpriv: program('/usr/bin/setpriv', '2.41'),
      flock: program('/usr/bin/flock', '2.41'),
    },
  },
  directories: { runtime: '/run/microvm', state: '/var/lib/microvm', cache: '/var/cache/microvm' },
  imageOf: (image) => (image.kind === 'files' ? image : undefined),
}
