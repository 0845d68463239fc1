import { compileAll } from './compile-all.ts'

/** Compiles the definitions named on the command line for every backend; fails when one compiles for none. */
for (const file of process.argv.slice(2)) {
  const outcomes = Object.entries(compileAll(file))
  for (const [backend, outcome] of outcomes) console.log(`${file}  ${backend}: ${outcome}`)
  if (outcomes.every(([, outcome]) => outcome === '' || outcome.startsWith('error'))) process.exitCode = 1
}
