import type { Hypervisor } from '../src/hypervisors/contract.ts'

/** The README's table, from the hypervisors' own rows. @throws Error when one of them leaves a row out. */
export const capabilityTable = (hypervisors: readonly Hypervisor[]): string => {
  const features = [...new Set(hypervisors.flatMap(({ capabilities }) => Object.keys(capabilities.table)))]
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [
    row(['', ...hypervisors.map(({ name }) => name)]),
    row(['---', ...hypervisors.map(() => '---')]),
    ...features.map((feature) => row([feature, ...hypervisors.map((one) => cellOf(one, feature))])),
  ].join('\n')
}

const cellOf = ({ name, capabilities }: Hypervisor, feature: string): string => {
  const cell = capabilities.table[feature]
  if (cell === undefined) throw new Error(`src/hypervisors/${name}/capabilities.ts has no row "${feature}".`)
  return cell
}
