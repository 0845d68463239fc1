/**
 * Whether to colour: `--color` first, then CLICOLOR_FORCE, NO_COLOR (no-color.org: any non-empty value), TERM=dumb,
 * and at last whether a person is looking.
 */
export const wantsColor = (
  choice: 'auto' | 'always' | 'never',
  env: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): boolean => {
  if (choice !== 'auto') return choice === 'always'
  if (env.CLICOLOR_FORCE !== undefined && !['', '0'].includes(env.CLICOLOR_FORCE)) return true
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false
  return isTerminal && env.TERM !== 'dumb'
}

/** Whether lines may be redrawn in place: only for a person at a terminal that can move its cursor. */
export const wantsLive = (env: Readonly<Record<string, string | undefined>>, isTerminal: boolean): boolean =>
  isTerminal && env.TERM !== 'dumb' && (env.CI === undefined || env.CI === '')
