import type { Style } from '../report/style.ts'

/** `web │ ` before each line of a machine, aligned, and in a colour of its own. */
export const prefixes = (names: readonly string[], style: Style): ((name: string) => string) => {
  const width = Math.max(0, ...names.map((name) => name.length))
  const colours = [style.cyan, style.yellow, style.green, style.bold]
  return (name) => {
    const colour = colours[names.indexOf(name) % colours.length] ?? style.bold
    return `${colour(`${name.padEnd(width)} │`)} `
  }
}
