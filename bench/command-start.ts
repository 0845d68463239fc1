import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Bench, compare, interleave } from './bench.ts'

const PROGRAM = resolve(import.meta.dirname, '../dist/microvm.mjs')
const ROUNDS = 31
const RECORDS = 1_000
const TARGETS = { version: 2.2, ps: 5 }

/** The built program against an empty node: what every command pays before it does anything. */
export const commandStart: Bench = {
  name: 'command-start',
  about: 'microvm version, and ps over 1,000 records, versus node -e 0',
  heavy: false,
  run: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bench-start-'))
    try {
      const env = { ...process.env, MICROVM_STATE_DIR: folder, MICROVM_RUNTIME_DIR: folder }
      for (let index = 0; index < RECORDS; index++) writeRecord(folder, `machine-${index}`)
      const time = (args: readonly string[]) => (): number => {
        const since = performance.now()
        const { status, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' })
        if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`)
        return performance.now() - since
      }
      const samples = await interleave(ROUNDS, {
        node: time(['-e', '0']),
        version: time([PROGRAM, 'version']),
        ps: time([PROGRAM, 'ps', '--all']),
      })
      const show = (ms: number): string => `${ms.toFixed(0)} ms`
      return [
        compare('microvm version', samples.version, 'node -e 0', samples.node, show, TARGETS.version),
        compare('microvm ps, 1,000 records', samples.ps, 'node -e 0', samples.node, show, TARGETS.ps),
      ]
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

const writeRecord = (folder: string, machine: string): void => {
  const since = new Date().toISOString()
  const record = {
    schema: 1,
    machine,
    definition: '/etc/microvm/machines.toml',
    planHash: '0'.repeat(64),
    startedAt: since,
    // A process that is there: as for a machine that runs, its start time has to be looked up.
    supervisor: { pid: process.pid, startTime: '1' },
    vmm: { pid: process.pid, startTime: '1' },
    helpers: [{ name: 'vhost-device-vsock', pid: process.pid, startTime: '1' }],
    hypervisor: { name: 'qemu', version: '10.0.2', accel: 'tcg' },
    state: 'ready',
    since,
    because: 'The guest is ready.',
    guestStatus: 'Ready.',
    readyAfterMs: 1500,
    boots: 1,
    outcome: null,
    failure: null,
    run: `/run/microvm/${machine}`,
    console: `/run/microvm/${machine}/console.sock`,
    vsock: `/run/microvm/${machine}/vsock.sock`,
    ports: {},
  }
  mkdirSync(join(folder, machine))
  writeFileSync(join(folder, machine, 'record.json'), JSON.stringify(record))
}
