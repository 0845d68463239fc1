import { printable } from '../errors/printable.ts'
import { askSystemd } from './systemctl.ts'

export const unitOf = (machine: string): string => `microvm@${machine}.service`

/** systemctl(1), `show`; as systemd names and spells them. */
export type UnitState = {
  readonly machine: string
  readonly activeState: string
  readonly subState: string
  readonly result: string
  /** The supervisor's own words, made harmless: it is not root. */
  readonly statusText: string
  readonly mainPid: number
  /** Exit status of the supervisor, when it has ended. */
  readonly exitStatus: number
  readonly enabled: string
  /** systemd.exec(5), INVOCATION_ID: another one with each start; empty before the first. */
  readonly invocation: string
  /** The main process, also when it has ended. */
  readonly lastPid: number
}

const PROPERTIES = [
  'Id',
  'ActiveState',
  'SubState',
  'Result',
  'StatusText',
  'MainPID',
  'ExecMainStatus',
  'UnitFileState',
  'InvocationID',
  'ExecMainPID',
]

export const readUnitStates = async (machines: readonly string[]): Promise<UnitState[]> => {
  if (machines.length === 0) return []
  const text = await askSystemd(
    'systemctl',
    'show',
    `--property=${PROPERTIES.join(',')}`,
    '--',
    ...machines.map(unitOf),
  )
  const blocks = text.trim().split('\n\n')
  return machines.map((machine, index) => {
    const values = new Map(
      (blocks[index] ?? '').split('\n').map((line): [string, string] => {
        const [key = '', ...rest] = line.split('=')
        return [key, rest.join('=')]
      }),
    )
    const value = (key: string): string => values.get(key) ?? ''
    return {
      machine,
      activeState: value('ActiveState'),
      subState: value('SubState'),
      result: value('Result'),
      statusText: printable(value('StatusText')),
      mainPid: Number(value('MainPID')),
      exitStatus: Number(value('ExecMainStatus')),
      enabled: value('UnitFileState'),
      invocation: value('InvocationID'),
      lastPid: Number(value('ExecMainPID')),
    }
  })
}

/** A person who asks for a start is no restart storm: the start limit begins anew. Units that were never loaded have none. */
export const resetFailed = async (machines: readonly string[]): Promise<void> => {
  await askSystemd('systemctl', 'reset-failed', '--', ...machines.map(unitOf)).catch(() => undefined)
}
