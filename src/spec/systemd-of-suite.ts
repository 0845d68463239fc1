import type { DebianRecipe } from './machine-spec.ts'

/** Versions of systemd in Debian's releases before 13, which is where what microvm needs of it begins (packages of those suites, 2026). */
const RELEASED: Readonly<Record<string, number>> = {
  stretch: 232,
  buster: 241,
  bullseye: 247,
  bookworm: 252,
}

/**
 * The version of systemd that an image of this recipe will have, where that can be told before it is built.
 * Undefined for other suites, and where the recipe brings another systemd along.
 */
export const systemdOfSuite = ({ suite, packages, files, run }: DebianRecipe): number | undefined => {
  const texts = [
    ...packages,
    ...run,
    ...files.flatMap(({ path, from }) => [path, 'content' in from ? from.content : from.source]),
  ]
  if (texts.some((text) => /backports|apt(-get)? .*install .*systemd|etc\/apt/.test(text))) return undefined
  return Object.hasOwn(RELEASED, suite) ? RELEASED[suite] : undefined
}
