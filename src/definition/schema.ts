import * as z from 'zod'
import { Cpu } from './cpu-schema.ts'
import { Duration } from './duration.ts'
import { Image } from './image-schema.ts'
import { Console, Interface, Pci, RateLimit, Share, Tpm, Volume, Vsock } from './device-schema.ts'
import { CREDENTIAL_NAME, GROUP_NAME, MACHINE_NAME, PROJECT_NAME } from './names.ts'
import { Platform } from './platform-schema.ts'
import { Size } from './size.ts'

const Credential = z
  .union(
    [
      z.string(),
      z.strictObject({
        text: z.string().describe('The value itself. Not for secrets: the definition is a plain file.'),
      }),
      z.strictObject({
        file: z.string().min(1).describe('Read when the machine starts; relative to the definition file.'),
      }),
      z.strictObject({
        credential: z
          .string()
          .min(1)
          .describe('Name of a credential of the host unit ($CREDENTIALS_DIRECTORY, systemd.exec(5)).'),
      }),
    ],
    { error: 'a text, or a table { text }, { file } or { credential }' },
  )
  .describe(
    'A systemd credential (systemd.exec(5), "CREDENTIALS"): text, or where its value is read from at start.',
  )

const Landlock = z.union(
  [
    z.boolean(),
    z.strictObject({
      rules: z
        .array(
          z.strictObject({
            path: z.string().min(1).describe('File or directory, relative to the definition file.'),
            access: z.enum(['r', 'rw', 'w']).describe('Read, write or both.'),
          }),
        )
        .describe('Further paths the hypervisor may open.'),
    }),
  ],
  { error: 'true, false or a table { rules = [ { path, access } ] }' },
)

const Unit = z.strictObject({
  devices: z
    .array(
      z.string().regex(/^(\/dev\/\S+|(char|block)-\S+)$/, {
        error: 'a device such as "/dev/bus/usb/001/004", or a group of them such as "char-usb_device"',
      }),
    )
    .optional()
    .describe(
      'Devices the unit may open besides those of the machine: nodes below /dev, or groups by name ("char-usb_device", as in DeviceAllow= of systemd.resource-control(5)).',
    ),
  paths: z
    .array(
      z.strictObject({
        path: z.string().min(1).describe('File, directory or socket, relative to the definition file.'),
        access: z.enum(['r', 'rw']).describe('Read, or read and write.'),
      }),
    )
    .optional()
    .describe('Files of the host the unit may open besides those of the machine.'),
})

const READY = '"system", "booted", "process" or "target:NAME.target"'

const Ready = z
  .union(
    [
      z.enum(['system', 'booted', 'process']),
      z.string().regex(/^target:[A-Za-z0-9:_.\\@-]+\.target$/, { error: READY }),
    ],
    { error: READY },
  )
  .describe(
    'When the machine counts as started. "system": the guest\'s systemd said READY=1 and no emergency or rescue mode. "target:NAME.target": that target is active (guest systemd 256 and newer). "booted": PID 1 of the guest spoke. "process": the hypervisor runs. Default: "system".',
  )

const Restart = z
  .enum(['no', 'on-failure', 'always'])
  .describe(
    'Whether a machine that ended is started again. Default: "no"; "on-failure" for a unit of a systemd host.',
  )

const HypervisorName = z.enum(['cloud-hypervisor', 'qemu'])

const Hypervisor = z
  .enum(['auto', ...HypervisorName.options])
  .describe(
    '"auto" takes cloud-hypervisor where KVM and the program are there, else QEMU, and says why. Default: "auto".',
  )

/**
 * The one schema of what a user may write, in TOML (`microvm.toml`) or JSON (what Nix produces).
 * Option names are microvm.nix's where the meaning is the same. No defaults here: `spec/complete.ts` has them.
 */
export const Machine = z.strictObject({
  hypervisor: Hypervisor.optional(),
  image: Image.optional(),
  after: z
    .array(z.string())
    .optional()
    .describe('Machines of this file that must be *ready* before this one starts.'),

  vcpu: z.int().min(1).max(255).optional().describe('Number of vCPUs at boot. Default: 1.'),
  cpu: Cpu.optional(),
  mem: Size.optional().describe('Memory at boot. Default: "512M".'),
  hotplugMem: Size.optional().describe(
    'Memory that can be added by virtio-mem on top of `mem`. Default: none.',
  ),
  hotpluggedMem: Size.optional().describe('Part of `hotplugMem` that is plugged in at boot.'),
  hugepageMem: z.boolean().optional().describe('Back guest memory by huge pages. Default: false.'),
  hugepageSize: Size.optional().describe("Size of those huge pages, a power of two. Default: the host's."),
  sharedMem: z
    .boolean()
    .optional()
    .describe(
      'Share guest memory with other processes, as vhost-user devices need. Default: on when one of them is used.',
    ),
  mergeableMem: z
    .boolean()
    .optional()
    .describe('Let the kernel merge equal pages (KSM). Excludes sharedMem. Default: false.'),
  prefaultMem: z.boolean().optional().describe('Populate guest memory at start. Default: false.'),
  thp: z.boolean().optional().describe('Transparent huge pages for guest memory. Default: true.'),
  balloon: z
    .boolean()
    .optional()
    .describe(
      'Memory balloon with free page reporting: pages the guest frees go back to the host. Default: false.',
    ),
  initialBalloonMem: Size.optional().describe(
    'Memory the balloon takes from the guest at boot. Default: none.',
  ),
  deflateOnOOM: z
    .boolean()
    .optional()
    .describe('Give balloon memory back when the guest runs out. Default: true.'),

  volumes: z
    .array(Volume)
    .optional()
    .describe('Disks, in the order the guest sees them after its root disk.'),
  interfaces: z.array(Interface).optional().describe('Network interfaces. Default: none.'),
  shares: z.array(Share).optional().describe('Host directories shared by virtio-fs.'),
  devices: z.array(Pci).optional().describe('Host PCI devices passed through (VFIO).'),
  vsock: Vsock.optional(),
  console: Console.optional(),
  rng: z
    .strictObject({
      source: z.string().min(1).optional().describe('Device or file the entropy is read from.'),
    })
    .optional()
    .describe('Entropy source. Default: /dev/urandom.'),
  watchdog: z
    .boolean()
    .optional()
    .describe('virtio watchdog: a guest that stops answering is reset. Default: false.'),
  pvpanic: z.boolean().optional().describe('Report guest kernel panics. Default: true.'),
  tpm: Tpm.optional(),
  platform: Platform.optional(),
  credentials: z
    .record(
      z.string().regex(CREDENTIAL_NAME, {
        error: 'a name of at most 255 letters, digits, "_", ".", "-", "@" and "~"',
      }),
      Credential,
    )
    .optional()
    .describe('systemd credentials of the guest, by name. The values stay off every command line.'),
  kernelParams: z
    .array(z.string().min(1))
    .optional()
    .describe('Added to the kernel command line. No secrets: it is world-readable in the guest.'),
  rateLimitGroups: z
    .record(
      z.string().regex(GROUP_NAME, {
        error: 'a name of letters, digits, "_", "." and "-", a letter first',
      }),
      RateLimit,
    )
    .optional()
    .describe('Rate limits that several volumes share (volume.rateLimitGroup).'),

  hostname: z
    .string()
    .regex(/^[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/, {
      error: 'a host name: letters, digits and "-", at most 63',
    })
    .optional()
    .describe("Host name of the guest. Default: the machine's name."),
  ready: Ready.optional(),
  startTimeout: Duration.optional().describe(
    'How long the guest may go without progress before start fails. Default: "90s"; under software emulation four times that.',
  ),
  startTimeoutMax: Duration.optional().describe(
    'Hard limit of the whole start, however much progress there is. Default: ten times startTimeout.',
  ),
  stopTimeout: Duration.optional().describe(
    'How long the guest may take to shut down without progress before it is stopped hard. Default: "90s".',
  ),
  stopTimeoutMax: Duration.optional().describe(
    'Hard limit of the whole stop, however much progress there is. Default: three times stopTimeout.',
  ),
  restart: Restart.optional(),
  onEmergency: z
    .enum(['fail', 'keep'])
    .optional()
    .describe(
      'A guest in emergency mode while starting: stop it and fail, or keep it for the console. Default: "fail".',
    ),
  reboot: z
    .enum(['allow', 'exit'])
    .optional()
    .describe('A reboot inside the guest: go on (ready again), or end the machine. Default: "allow".'),

  landlock: Landlock.optional().describe(
    'Confine the hypervisor by Landlock to the files of this machine (Linux 6.2 and newer). Default: false.',
  ),
  seccomp: z
    .enum(['on', 'off', 'log'])
    .optional()
    .describe('cloud-hypervisor\'s own system call filter. Default: "on".'),
  unit: Unit.optional().describe(
    "What microvm@NAME.service opens for things that stand in extraArgs or extraConfig; its sandbox hides everything else. The unit's user needs the right to open it as well. `up` needs none of it.",
  ),
  extraArgs: z
    .partialRecord(HypervisorName, z.array(z.string()))
    .optional()
    .describe(
      'Extra arguments per hypervisor, e.g. extraArgs.qemu = ["-device", "edu"]. For cloud-hypervisor only options of the process itself (see extraConfig).',
    ),
  extraConfig: z
    .partialRecord(HypervisorName, z.record(z.string(), z.unknown()))
    .optional()
    .describe(
      'Merged into the request body a hypervisor gets (JSON merge patch, RFC 7386), e.g. extraConfig.cloud-hypervisor = { iommu = true }. In lists, a table with the id of a device ("root", "vol0" …) changes that device; all else is added.',
    ),
})

export const Definition = z.strictObject({
  $schema: z.string().optional().describe('For editors.'),
  project: z
    .string()
    .regex(PROJECT_NAME, {
      error: 'a project name: a-z, 0-9, "_" and "-", a letter or a digit first, at most 63',
    })
    .optional()
    .describe(
      'The project that owns the machines and their state. Definitions of one project may use the same machines; others are refused. The name is not part of any path. Default: the definition itself, known by its path.',
    ),
  machines: z
    .record(
      z
        .string()
        .regex(MACHINE_NAME, { error: 'a machine name: a-z, 0-9 and "-", not at either end, at most 48' }),
      Machine,
    )
    .describe(
      'The machines, by name. Names are unique per user of a host: a-z, 0-9 and "-", at most 48 characters.',
    ),
})

export type Machine = z.infer<typeof Machine>
export type Definition = z.infer<typeof Definition>
