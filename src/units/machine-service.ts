import { EXIT } from '../errors/catalogue.ts'
import type { HostFacts } from './host-facts.ts'
import { DEFINITIONS, SYSTEM_DIRECTORIES } from './host-facts.ts'
import { SANDBOX } from './sandbox.ts'
import { START_MARGIN_S, STOP_MARGIN_S } from './margins.ts'
import { notifyAccess } from './notify-access.ts'
import { LONGEST_PAUSE_S, startLimit } from './start-limit.ts'
import { commandWord, type Settings, unitText } from './unit-text.ts'

/** Exit statuses after which a new try cannot help, and that of a machine somebody wanted stopped. */
const FINAL = [
  EXIT.usage,
  EXIT.notFound,
  EXIT.conflict,
  EXIT.host,
  EXIT.stoppedHard,
  EXIT.bug,
  EXIT.permission,
  // systemd's own (systemd.exec(5)): a file of LoadCredential= is missing.
  243,
]

/** Of a machine that says nothing of them; the definition's own values come by `machineDropIn`. */
const TIMES = { start: 90_000, startMax: 900_000, stop: 90_000, stopMax: 270_000 }

/** `microvm@.service`: one machine, its supervisor is the main one. */
export const machineService = (host: HostFacts): string =>
  unitText(
    ['microvm@.service: the virtual machine NAME of /etc/microvm. Written by "microvm host install".'],
    [
      { name: 'Unit', settings: unitSettings() },
      { name: 'Service', settings: [...serviceSettings(host), ...SANDBOX] },
      { name: 'Install', settings: [['WantedBy', 'microvms.target']] },
    ],
  )

const unitSettings = (): Settings => [
  ['Description', 'microVM %i'],
  ['Documentation', 'man:systemd.service(5)'],
  ['After', 'systemd-tmpfiles-setup.service network.target'],
  // Stopped with the target, and before the network and the local file systems go.
  ['PartOf', 'microvms.target'],
  ['Before', 'microvms.target'],
  ...startLimit(TIMES),
]

const serviceSettings = (host: HostFacts): Settings => [
  ['Type', 'notify'],
  ...notifyAccess(host.systemd).settings,
  ['ExecStart', execStart(host)],
  ...(host.machined
    ? ([
        ['ExecStartPost', `+-${host.program.map(commandWord).join(' ')} host register %i $MAINPID`],
      ] as Settings)
    : []),
  ['WorkingDirectory', DEFINITIONS],
  // The restart policy is this unit's (machine/keep-running.ts).
  ['Environment', 'MICROVM_UNIT=%n'],
  ['Environment', `MICROVM_RUNTIME_DIR=${SYSTEM_DIRECTORIES.runtime}`],
  ['Environment', `MICROVM_STATE_DIR=${SYSTEM_DIRECTORIES.state}`],
  ['Environment', `MICROVM_CACHE_DIR=${SYSTEM_DIRECTORIES.cache}`],
  ...(host.machined ? ([['Environment', 'MICROVM_MACHINED=1']] as Settings) : []),
  // A user of its own; a static one of that name is taken where there is one (taps, files elsewhere).
  ['DynamicUser', 'yes'],
  ['User', 'microvm-%i'],
  ['SupplementaryGroups', 'kvm'],
  ['RuntimeDirectory', 'microvm/%i'],
  ['RuntimeDirectoryMode', '0700'],
  ['StateDirectory', 'microvm/%i'],
  ['StateDirectoryMode', '0700'],
  ['Slice', 'machine.slice'],
  // TERM to the supervisor alone: it asks the guest. KILL to whatever is left when it has ended, or when time is up.
  ['KillMode', 'mixed'],
  // Moved by EXTEND_TIMEOUT_USEC while the guest makes progress; the supervisor holds the hard limit.
  ['TimeoutStartSec', `${TIMES.start / 1000 + START_MARGIN_S}s`],
  ['TimeoutStopSec', `${TIMES.stop / 1000 + STOP_MARGIN_S}s`],
  ['Restart', 'on-failure'],
  ['RestartSec', '5s'],
  ...(host.systemd >= 254
    ? ([
        ['RestartSteps', '4'],
        ['RestartMaxDelaySec', `${LONGEST_PAUSE_S}s`],
      ] as Settings)
    : []),
  ['SuccessExitStatus', '143'],
  ['RestartPreventExitStatus', FINAL.join(' ')],
  // The supervisor judges the end of its children, also when the kernel ran out of memory.
  ['OOMPolicy', 'continue'],
  // The memory of a VMM is its guest's, secrets included.
  ['LimitCORE', '0'],
  ['StandardInput', 'null'],
  ['StandardOutput', 'journal'],
  ['StandardError', 'journal'],
  ['SyslogIdentifier', 'microvm@%i'],
  ['LogExtraFields', 'MICROVM=%i'],
]

/** machined asks for poweroff with SIGRTMIN+4, which Node cannot catch and would die of: it is ignored, a helper takes it. */
const execStart = ({ program, env }: HostFacts): string =>
  [env, '--ignore-signal=RTMIN+4', ...program, 'run']
    .map(commandWord)
    .join(' ')
    .concat(` %i --file ${DEFINITIONS}`)
