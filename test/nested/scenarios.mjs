// Runs inside an emulated host that has KVM (QEMU emulates AMD SVM there), as root, with the pinned Node and the built
// microvm. Plays each scenario with the real cloud-hypervisor and says how it went, one line of JSON each on stdout.
import { execFileSync, spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const PAYLOAD = '/payload'
const WORK = '/tmp/nested'
const env = {
  ...process.env,
  PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  NO_COLOR: '1',
  MICROVM_CLOUD_HYPERVISOR: `${PAYLOAD}/cloud-hypervisor`,
  MICROVM_CH_REMOTE: `${PAYLOAD}/ch-remote`,
  MICROVM_RUNTIME_DIR: '/run/m',
  MICROVM_STATE_DIR: `${WORK}/state`,
  MICROVM_CACHE_DIR: `${WORK}/cache`,
}
mkdirSync(WORK, { recursive: true })

const say = (line) => process.stdout.write(`NESTED ${JSON.stringify(line)}\n`)

const start = (...args) => {
  const child = spawn(process.execPath, [`${PAYLOAD}/dist/microvm.mjs`, ...args], {
    env,
    cwd: WORK,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  child.stdout.on('data', (chunk) => (text += chunk))
  child.stderr.on('data', (chunk) => (text += chunk))
  const finished = new Promise((resolve) => child.on('close', (code) => resolve({ code, text })))
  return { child, finished }
}
const run = async (...args) => {
  const command = start(...args)
  const timer = setTimeout(() => command.child.kill('SIGKILL'), 500_000)
  const finished = await command.finished
  clearTimeout(timer)
  return finished
}

const need = (condition, what) => {
  if (!condition) throw new Error(what)
}
const needCode = ({ code, text }, wanted) =>
  need(code === wanted, `exit ${code}, wanted ${wanted}:\n${text.slice(-2500)}`)

const until = async (what, seconds, complaint) => {
  for (const deadline = Date.now() + seconds * 1000; Date.now() < deadline; await sleep(100)) {
    const found = what()
    if (found) return found
  }
  throw new Error(complaint())
}

const record = (name) => JSON.parse(readFileSync(`${WORK}/state/${name}/record.json`, 'utf8'))
const events = (name) =>
  readFileSync(`${WORK}/state/${name}/events.jsonl`, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
const tail = (name) =>
  events(name)
    .slice(-6)
    .map((event) => JSON.stringify(event))
    .join('\n')
const processes = () =>
  readdirSync('/proc').flatMap((pid) => {
    try {
      return /^\d+$/.test(pid) ? [{ pid, comm: readFileSync(`/proc/${pid}/comm`, 'utf8').trim() }] : []
    } catch {
      return []
    }
  })
const called = (name) => processes().flatMap(({ pid, comm }) => (comm.startsWith(name) ? [pid] : []))
const hypervisors = () => called('cloud-hyperviso')
const needNothingLeft = (name) => {
  need(hypervisors().length === 0, `hypervisors left: ${hypervisors().join(' ')}`)
  need(
    !existsSync(`/run/m/${name}`),
    `run directory left: ${existsSync(`/run/m/${name}`) ? readdirSync(`/run/m/${name}`).join(' ') : ''}`,
  )
}

const openConsole = (name) => {
  const socket = connect(`/run/m/${name}/console.sock`)
  let text = ''
  socket.on('data', (chunk) => (text += chunk))
  socket.on('error', () => undefined)
  return {
    type: (typed) => socket.write(typed),
    expect: (wanted) =>
      until(
        () => text.includes(wanted),
        120,
        () => `the console did not say ${wanted}:\n${text.slice(-800)}`,
      ),
    /** What a command prints, on one line. The marks are put together by the shell, so that the echo of what is typed is not taken for them. */
    answer: async (command) => {
      const from = text.length
      socket.write(`echo "<$(${command} 2>&1 | tr '\\r\\n' '  ')>"\r`)
      const found = () => /<(?!\$)([^>]*)>/.exec(text.slice(from))
      await until(found, 120, () => `no answer to ${command}:\n${text.slice(-800)}`)
      return found()[1].trim()
    },
    close: () => socket.destroy(),
  }
}

const login = async (name) => {
  const shell = openConsole(name)
  shell.type('\r')
  await shell.expect('login:')
  shell.type('root\r')
  await shell.expect('# ')
  return shell
}

const needAnswer = async (shell, command, wanted) => {
  const answer = await shell.answer(command)
  need(answer === wanted, `${command}: ${answer}, wanted ${wanted}`)
}

const tool = (file, ...args) => execFileSync(file, args, { env, encoding: 'utf8' }).trim()

const IMAGE =
  `image = { kernel = "${PAYLOAD}/image/kernel", initrd = "${PAYLOAD}/image/initrd", root = "${PAYLOAD}/image/root.erofs", systemd = SYSTEMD }`.replace(
    'SYSTEMD',
    String(JSON.parse(readFileSync(`${PAYLOAD}/image/manifest.json`, 'utf8')).systemd),
  )
const TIMES = 'startTimeout = "200s"\nstopTimeout = "120s"\nmem = "384M"\n'
const define = (file, text) => writeFileSync(`${WORK}/${file}`, text)

// The small image has no mkfs; that a volume is created is shown elsewhere.
copyFileSync(`${PAYLOAD}/disk.img`, `${WORK}/shared.img`)
define(
  'plain.toml',
  `[machines.plain]\n${TIMES}hypervisor = "cloud-hypervisor"\n${IMAGE}\n[[machines.plain.volumes]]\nimage = "${WORK}/shared.img"\nmountPoint = "/data"\n[machines.plain.credentials]\ntoken = "s3cret-value, [with] \\"quotes\\""\n`,
)
define(
  'other.toml',
  `[machines.other]\n${TIMES}${IMAGE}\n[[machines.other.volumes]]\nimage = "${WORK}/shared.img"\n`,
)

const scenarios = {
  'auto takes cloud-hypervisor where KVM is there, and says why': async () => {
    const plan = await run('plan', '-f', 'other.toml', '--json')
    needCode(plan, 0)
    need(/cloud-hypervisor/.test(plan.text) && !/"accel":\s*"tcg"/.test(plan.text), plan.text)
  },
  'definition to READY': async () => {
    const up = await run('up', '-d', '-f', 'plain.toml')
    if (up.code !== 0) throw new Error(`${up.text.slice(-2500)}\n${tail('plain')}`)
    need(record('plain').hypervisor.name === 'cloud-hypervisor', JSON.stringify(record('plain').hypervisor))
    need(record('plain').hypervisor.accel === 'kvm', 'not on KVM')
  },
  'secrets with commas, brackets and quotes reach the guest, and no command line': async () => {
    const shell = await login('plain')
    await needAnswer(shell, 'systemd-creds --system cat token', 's3cret-value, [with] "quotes"')
    await needAnswer(shell, 'findmnt -no FSTYPE /data', 'ext4')
    shell.close()
    for (const pid of hypervisors())
      need(!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('s3cret'), 'secret on argv')
  },
  'a disk that another machine holds is refused by name': async () => {
    const up = await run('up', '-d', '-f', 'other.toml')
    need(up.code === 75, `exit ${up.code}:\n${up.text.slice(-2500)}`)
    need(up.text.includes('DISK_IN_USE'), up.text.slice(-2500))
    need(!existsSync('/run/m/other'), 'run directory left')
  },
  'a reboot in the guest is ready again, in the same process': async () => {
    const before = record('plain').vmm.pid
    const shell = openConsole('plain')
    shell.type('\r')
    await shell.expect('# ')
    shell.type('systemctl reboot\r')
    await until(
      () =>
        events('plain').some((event) => event.kind === 'state' && event.to === 'ready' && event.boot === 2),
      240,
      () => `no second READY:\n${tail('plain')}`,
    )
    shell.close()
    need(record('plain').vmm.pid === before, 'another process')
  },
  'graceful stop by the power button': async () => {
    needCode(await run('down', '-f', 'plain.toml'), 0)
    need(record('plain').outcome === 'graceful', JSON.stringify(record('plain')))
    need(
      events('plain').some((event) => event.kind === 'guest-shutdown' && event.how === 'poweroff'),
      tail('plain'),
    )
    needNothingLeft('plain')
  },
  'SIGTERM during start leaves nothing': async () => {
    for (const delay of [150, 400, 800, 1500, 4000, 9000]) {
      const { child, finished } = start('run', 'plain', '-f', 'plain.toml')
      await sleep(delay)
      child.kill('SIGTERM')
      const { code, text } = await finished
      need([0, 1, 143, null].includes(code), `after ${delay} ms: exit ${code}: ${text.slice(-1500)}`)
      needNothingLeft('plain')
    }
  },
  'a setting this cloud-hypervisor does not know is named, not dropped': async () => {
    define(
      'unknown.toml',
      `[machines.unknown]\n${TIMES}${IMAGE}\n[machines.unknown.extraConfig.cloud-hypervisor]\nno_such_setting = true\n`,
    )
    const up = await run('up', '-d', '-f', 'unknown.toml')
    need(up.code === 2 && up.text.includes('no_such_setting'), `exit ${up.code}:\n${up.text.slice(-2000)}`)
    needNothingLeft('unknown')
  },
  'a file that is no kernel is refused before anything starts': async () => {
    writeFileSync(`${WORK}/text`, 'this is no kernel')
    define('wrong.toml', `[machines.wrong]\nimage = { kernel = "${WORK}/text" }\n`)
    const up = await run('up', '-d', '-f', 'wrong.toml')
    need(up.code === 2 && up.text.includes('FILE_WRONG_KIND'), `exit ${up.code}:\n${up.text.slice(-2000)}`)
  },
  'a kernel cut short is refused with what cloud-hypervisor says': async () => {
    writeFileSync(`${WORK}/cut`, readFileSync(`${PAYLOAD}/image/kernel`).subarray(0, 8192))
    define('cut.toml', `[machines.cut]\n${TIMES}image = { kernel = "${WORK}/cut" }\n`)
    const up = await run('up', '-d', '-f', 'cut.toml')
    need(
      up.code !== 0 && /VMM_START_FAILED|FILE_WRONG_KIND/.test(up.text),
      `exit ${up.code}:\n${up.text.slice(-2500)}`,
    )
    needNothingLeft('cut')
  },
  'many devices at once, landlock: READY, console, stop': async () => {
    define(
      'rich.toml',
      `[machines.rich]\n${TIMES}${IMAGE}
vcpu = 2
hotplugMem = "128M"
balloon = true
watchdog = true
landlock = true
[machines.rich.platform]
serialNumber = "SN, 1"
[machines.rich.cpu]
max = 2
[[machines.rich.volumes]]
image = "raw.img"
size = "32M"
fsType = "none"
direct = true
serial = "raw-one"
[machines.rich.volumes.rateLimit]
bandwidth = { size = 104857600, refillTime = 1000 }
[[machines.rich.interfaces]]
type = "tap"
id = "tap-rich"
`,
    )
    tool('ip', 'tuntap', 'add', 'tap-rich', 'mode', 'tap', 'vnet_hdr')
    const up = await run('up', '-d', '-f', 'rich.toml')
    if (up.code !== 0)
      throw new Error(
        `${up.text.slice(-3000)}\n${existsSync(`${WORK}/state/rich/events.jsonl`) ? tail('rich') : ''}`,
      )
    const shell = await login('rich')
    await needAnswer(shell, 'cat /sys/class/dmi/id/product_serial', 'SN, 1')
    await needAnswer(shell, 'nproc', '2')
    shell.close()
    needCode(await run('down', '-f', 'rich.toml'), 0)
    need(record('rich').outcome === 'graceful', JSON.stringify(record('rich')))
    needNothingLeft('rich')
  },
  'a virtio console, which is a terminal of the host: logged, typed into, there again after a reboot':
    async () => {
      define('pty.toml', `[machines.pty]\n${TIMES}console = "virtio"\n${IMAGE}\n`)
      const up = await run('up', '-d', '-f', 'pty.toml')
      if (up.code !== 0) throw new Error(`${up.text.slice(-2500)}\n${tail('pty')}`)
      const shell = await login('pty')
      await needAnswer(shell, 'tty', '/dev/hvc0')
      shell.type('systemctl reboot\r')
      await until(
        () =>
          events('pty').some((event) => event.kind === 'state' && event.to === 'ready' && event.boot === 2),
        240,
        () => `no second READY:\n${tail('pty')}`,
      )
      shell.close()
      const again = await login('pty')
      await needAnswer(again, 'tty', '/dev/hvc0')
      again.close()
      needCode(await run('down', '-f', 'pty.toml'), 0)
      need(
        readFileSync(`${WORK}/state/pty/console.log`, 'utf8').includes('login:'),
        'the console was not logged',
      )
      needNothingLeft('pty')
    },
  'passt, a tap, a macvtap, virtiofs shares, huge pages and a TPM: READY': async () => {
    tool('ip', 'tuntap', 'add', 'tap-wide', 'mode', 'tap', 'vnet_hdr')
    tool('ip', 'link', 'set', 'tap-wide', 'up')
    tool('ip', 'link', 'add', 'dummy-wide', 'type', 'dummy')
    tool('ip', 'link', 'set', 'dummy-wide', 'up')
    tool('ip', 'link', 'add', 'link', 'dummy-wide', 'name', 'mvt-wide', 'type', 'macvtap', 'mode', 'bridge')
    tool('ip', 'link', 'set', 'mvt-wide', 'up')
    writeFileSync('/proc/sys/vm/compact_memory', '1')
    writeFileSync('/proc/sys/vm/nr_hugepages', '200')
    for (const share of ['free', 'fixed']) {
      mkdirSync(`${WORK}/${share}`)
      writeFileSync(`${WORK}/${share}/file`, `of ${share}\n`)
    }
    mkdirSync(`${WORK}/tpm`)
    spawn(
      'swtpm',
      [
        'socket',
        '--tpm2',
        '--tpmstate',
        `dir=${WORK}/tpm`,
        '--ctrl',
        `type=unixio,path=${WORK}/tpm.sock`,
        '--flags',
        'startup-clear',
      ],
      { env, stdio: 'inherit' },
    )
    await until(
      () => existsSync(`${WORK}/tpm.sock`),
      20,
      () => 'swtpm does not listen',
    )
    define(
      'wide.toml',
      `[machines.wide]\n${TIMES}${IMAGE}
hugepageMem = true
tpm.socket = "${WORK}/tpm.sock"
[[machines.wide.interfaces]]
type = "user"
id = "uplink"
mac = "02:00:00:00:00:01"
forwardPorts = [{ host = { address = "127.0.0.1", port = 7000 }, guest = { port = 7777 } }]
[[machines.wide.interfaces]]
type = "tap"
id = "tap-wide"
mac = "02:00:00:00:00:02"
[[machines.wide.interfaces]]
type = "macvtap"
id = "mvt-wide"
mac = "${tool('cat', '/sys/class/net/mvt-wide/address')}"
[[machines.wide.shares]]
tag = "free"
source = "${WORK}/free"
mountPoint = "/free"
[[machines.wide.shares]]
tag = "fixed"
source = "${WORK}/fixed"
mountPoint = "/fixed"
readOnly = true
[machines.wide.credentials]
"systemd.extra-unit.greet.socket" = "[Socket]\\nListenStream=7777\\nAccept=yes\\n"
"systemd.extra-unit.greet@.service" = "[Service]\\nExecStart=echo hello from the guest\\nStandardOutput=socket\\n"
"systemd.unit-dropin.sockets.target" = "[Unit]\\nWants=greet.socket\\n"
`,
    )
    const up = await run('up', '-d', '-f', 'wide.toml')
    if (up.code !== 0)
      throw new Error(
        `${up.text.slice(-3000)}\n${existsSync(`${WORK}/state/wide/events.jsonl`) ? tail('wide') : ''}`,
      )
    // Taken as the guest touches them.
    const pages = (name) => Number(new RegExp(`^HugePages_${name}: *(\\d+)$`, 'm').exec(meminfo)[1])
    const meminfo = readFileSync('/proc/meminfo', 'utf8')
    const used = pages('Total') - pages('Free')
    need(used > 0, `huge pages are not used:\n${meminfo}`)
  },
  'passt carries what is forwarded to the guest': async () => {
    for (let tries = 0; ; tries++) {
      const answer = await new Promise((resolve) => {
        let text = ''
        const socket = connect(7000, '127.0.0.1')
        socket.on('data', (chunk) => (text += chunk))
        socket.on('error', () => resolve(text))
        socket.on('close', () => resolve(text))
        setTimeout(() => socket.destroy(), 5000)
      })
      if (answer === 'hello from the guest\n') break
      if (tries > 20) throw new Error(`the answer was ${JSON.stringify(answer)}`)
      await sleep(1000)
    }
  },
  'the guest has its interfaces, shares and TPM': async () => {
    const shell = await login('wide')
    const macs = await shell.answer('cat /sys/class/net/e*/address')
    for (const mac of [
      '02:00:00:00:00:01',
      '02:00:00:00:00:02',
      tool('cat', '/sys/class/net/mvt-wide/address'),
    ])
      need(macs.includes(mac), `no interface ${mac}: ${macs}`)
    for (const device of ['tap-wide', 'mvt-wide']) {
      const statistics = `/sys/class/net/${device}/statistics`
      const packets = ['rx_packets', 'tx_packets'].map((name) => Number(tool('cat', `${statistics}/${name}`)))
      need(
        packets.some((count) => count > 0),
        `nothing came over ${device}`,
      )
    }
    await needAnswer(shell, 'cat /free/file /fixed/file', 'of free of fixed')
    await needAnswer(shell, 'echo written > /free/new && cat /free/new', 'written')
    need(readFileSync(`${WORK}/free/new`, 'utf8') === 'written\n', 'not written to the host')
    // Even by the guest's root, who can mount it anew.
    await shell.answer('mount -o remount,rw /fixed; echo written > /fixed/new')
    need(!existsSync(`${WORK}/fixed/new`), 'a read-only share was written')
    // That the guest's driver gets no answer from it (tpm_recv: error -5, with cloud-hypervisor 53 and swtpm 0.7.1) is not ours.
    await needAnswer(shell, 'ls /sys/firmware/acpi/tables/TPM2', '/sys/firmware/acpi/tables/TPM2')
    shell.close()
    needCode(await run('down', '-f', 'wide.toml'), 0)
    need(record('wide').outcome === 'graceful', JSON.stringify(record('wide')))
    needNothingLeft('wide')
    for (const helper of ['passt', 'virtiofsd']) need(called(helper).length === 0, `${helper} left`)
  },
}

const only = process.argv[2]
for (const [name, scenario] of Object.entries(scenarios)) {
  if (only && !new RegExp(only).test(name)) continue
  const began = Date.now()
  try {
    await scenario()
    say({ name, ok: true, seconds: Math.round((Date.now() - began) / 1000) })
  } catch (error) {
    say({
      name,
      ok: false,
      seconds: Math.round((Date.now() - began) / 1000),
      why: String(error?.message ?? error).slice(-3500),
    })
  }
}
say({ done: true })
