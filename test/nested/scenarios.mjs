// Runs inside an emulated host that has KVM (QEMU emulates AMD SVM there), as root, with the pinned Node and the built
// microvm. Plays each scenario with the real cloud-hypervisor and says how it went, one line of JSON each on stdout.
import { spawn } from 'node:child_process'
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
const hypervisors = () =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('cloud-hyperviso')
    } catch {
      return false
    }
  })
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
    close: () => socket.destroy(),
  }
}

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
    const shell = openConsole('plain')
    shell.type('\r')
    await shell.expect('login:')
    shell.type('root\r')
    await shell.expect('# ')
    shell.type(
      'echo "token=$(systemd-creds --system cat token)="; findmnt -no FSTYPE /data | sed s/^/data-is-/\r',
    )
    await shell.expect('token=s3cret-value, [with] "quotes"=')
    await shell.expect('data-is-ext4')
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
    const { code } = await new Promise((resolve) =>
      spawn('ip', ['tuntap', 'add', 'tap-rich', 'mode', 'tap', 'vnet_hdr'])
        .on('close', (value) => resolve({ code: value }))
        .on('error', () => resolve({ code: -1 })),
    )
    if (code !== 0)
      define('rich.toml', readFileSync(`${WORK}/rich.toml`, 'utf8').split('[[machines.rich.interfaces]]')[0])
    const up = await run('up', '-d', '-f', 'rich.toml')
    if (up.code !== 0)
      throw new Error(
        `${up.text.slice(-3000)}\n${existsSync(`${WORK}/state/rich/events.jsonl`) ? tail('rich') : ''}`,
      )
    const shell = openConsole('rich')
    shell.type('\r')
    await shell.expect('login:')
    shell.type('root\r')
    await shell.expect('# ')
    shell.type('echo serial=$(cat /sys/class/dmi/id/product_serial)= cpus=$(nproc)\r')
    await shell.expect('serial=SN, 1= cpus=2')
    shell.close()
    needCode(await run('down', '-f', 'rich.toml'), 0)
    need(record('rich').outcome === 'graceful', JSON.stringify(record('rich')))
    needNothingLeft('rich')
  },
}

const only = process.argv[2]
for (const [name, scenario] of Object.entries(scenarios)) {
  if (only && !name.includes(only)) continue
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
