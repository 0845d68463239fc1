/**
 * Benchmarks: `npm run bench [NAME…] [-- --json]`. Every figure is a ratio, measured in turns within one run, so that a slow or busy
 * machine slows both sides. Ends with 1 when a target is missed. Writes nothing.
 */
import { cpus, loadavg, release } from 'node:os'
import { parseArgs } from 'node:util'
import takeTurns from '../test/rig/take-turns.ts'
import { type Bench, type Figure, isMet } from './bench.ts'
import { boot } from './boot.ts'
import { commandStart } from './command-start.ts'
import { compile } from './compile.ts'
import { memory } from './memory.ts'
import { notify } from './notify-figures.ts'

const ALL: readonly Bench[] = [notify, commandStart, compile, memory, boot]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false } },
})
const unknown = positionals.filter((name) => ALL.every((bench) => bench.name !== name))
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(', ')}. There are:`)
  for (const { name, about } of ALL) console.error(`  ${name.padEnd(14)} ${about}`)
  process.exit(2)
}

const machine = {
  cpu: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
  kernel: release(),
  node: process.versions.node,
}
const load = (): string => loadavg()[0]?.toFixed(1) ?? ''
const results: { bench: string; loadBefore: string; loadAfter: string; figures: readonly Figure[] }[] = []
for (const bench of ALL.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
  const release = bench.heavy ? await takeTurns() : undefined
  const loadBefore = load()
  console.error(`${bench.name}: ${bench.about} (load ${loadBefore})`)
  const figures = await bench.run((line) => console.error(`  ${line}`))
  release?.()
  results.push({ bench: bench.name, loadBefore, loadAfter: load(), figures })
}

const row = (figure: Figure): string[] => [
  figure.what,
  figure.value,
  figure.versus,
  figure.ratio === undefined ? '' : `${figure.ratio.toFixed(2)} ×`,
  [figure.target === undefined ? '' : `≤ ${figure.target} ×`, figure.also?.text ?? '']
    .filter((text) => text !== '')
    .join(', '),
  figure.target === undefined && figure.also === undefined ? '' : isMet(figure) ? 'met' : 'MISSED',
]
const figures = results.flatMap((result) => result.figures)
if (values.json) console.log(JSON.stringify({ machine, results }, undefined, 2))
else {
  const rows = [['', 'here', 'beside it', 'ratio', 'target', ''], ...figures.map(row)]
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)))
  for (const cells of rows)
    console.log(
      cells
        .map((cell, column) => cell.padEnd(widths?.[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
  console.log(`\n${machine.cpu}, Linux ${machine.kernel}, Node ${machine.node}`)
  for (const { bench, loadBefore, loadAfter } of results)
    console.log(`load during ${bench}: ${loadBefore} to ${loadAfter}`)
}
process.exitCode = figures.every(isMet) ? 0 : 1
