import type { Style } from './style.ts'
import { table } from './table.ts'

/** One thing `microvm doctor` looked at. */
export type Finding = {
  readonly what: string
  readonly state: 'ok' | 'missing' | 'broken' | 'too old' | 'not usable'
  /** What was found: a path and version, a number. */
  readonly found: string
  /** What it costs to go without; empty when all is well. */
  readonly cost: string
  readonly fix: string
}

/** What `microvm doctor` prints; what is well in one line each, the rest with what it costs and how to get it. */
export const findingsText = (findings: readonly Finding[], style: Style): string => {
  const rows = table(findings.map(({ what, state, found }) => [stateStyle(state, style)(state), what, found]))
  return findings.flatMap((finding, index) => [rows[index] ?? '', ...remarks(finding, style)]).join('\n')
}

const remarks = ({ state, cost, fix }: Finding, style: Style): string[] =>
  state === 'ok'
    ? []
    : [['without', cost] as const, ['fix', fix] as const]
        .filter(([, text]) => text !== '')
        .map(([label, text]) => `    ${style.dim(label.padEnd(7))} ${text}`)

const stateStyle = (state: Finding['state'], style: Style): ((text: string) => string) =>
  state === 'ok' ? style.green : style.yellow
