import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { markedPart, withMarkedPart } from '../../scripts/marked-part.ts'
import type { Rig } from './microvm-rig.ts'

const README = resolve(import.meta.dirname, '../../README.md')
const read = (): string => readFileSync(README, 'utf8')

/** The definition of the first screen. */
export const readmeDefinition = (): string => {
  const [, definition] = /```toml\n([\s\S]*?)```/.exec(read()) ?? []
  if (definition === undefined) throw new Error('README.md has no definition')
  return definition
}

/** The commands of a marked console block. */
export const readmeCommands = (mark: string): string[] =>
  [...markedPart(read(), mark).matchAll(/^\$ microvm (.*)$/gm)].map((match) => match[1] ?? '')

/**
 * Runs the commands of a block, and gives the block as it is now: what a person in a terminal without colours would see.
 * @throws Error when one ends with another status than it should.
 */
export const runBlock = async (rig: Rig, mark: string, exit: number, seconds: number): Promise<string> => {
  const lines: string[] = []
  for (const command of readmeCommands(mark)) {
    const { exitCode, stdout, stderr } = await rig.run(command.split(' '), seconds)
    if (exitCode !== exit) throw new Error(`${command} ended with ${exitCode}: ${stderr}`)
    lines.push(`$ microvm ${command}`, withoutRepeats(`${stderr}${stdout}`.trimEnd()))
  }
  const text = lines.join('\n').replaceAll(`${rig.folder}/`, '')
  return `\`\`\`console\n${text}\n\`\`\`\n`
}

/** Of several lines in a row about the same state, the first: a busy machine says every 15 seconds how far it is. */
const withoutRepeats = (text: string): string => {
  const states = text.split('\n').map((line) => /^(\S+ +(?:preparing|booting))\b/.exec(line)?.[1])
  return text
    .split('\n')
    .filter((_, index) => states[index] === undefined || states[index] !== states[index - 1])
    .join('\n')
}

/** With UPDATE=1 writes the block into the README, else gives back what stands there. */
export const expectedBlock = (mark: string, actual: string): string => {
  if (process.env['UPDATE'] === '1') writeFileSync(README, withMarkedPart(read(), mark, actual))
  return markedPart(read(), mark)
}

/**
 * Two runs differ in times, versions and in how many steps were seen between start and ready; nothing else may. Spaces are compared as one,
 * because columns are as wide as what is in them.
 */
export const normalise = (block: string): string[] =>
  block
    .replaceAll(/\b\d+(\.\d+)*\b/g, 'N')
    .replaceAll(/(N min )?N s\b/g, 'TIME')
    .split('\n')
    .map((line) => line.trim().replaceAll(/ {2,}/g, ' '))
    .filter((line) => !/^\S+ (preparing|starting|booting)\b/.test(line))
