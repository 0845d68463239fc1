/** One enabled binary source of apt, with all its suites; flat repositories (suite ends in "/") are left out. */
export type AptSource = {
  readonly uris: readonly string[]
  readonly suites: readonly string[]
  readonly components: readonly string[]
  /** Path of a keyring; undefined when apt's trusted keys decide, or when the key stands in the file itself. */
  readonly signedBy: string | undefined
}

/** Reads a file of sources.list(5): the deb822 style when its name ends in `.sources`, else the one-line style. */
export const parseAptSources = (name: string, text: string): AptSource[] =>
  (name.endsWith('.sources') ? deb822(text) : oneLine(text)).filter(
    ({ uris, suites, components }) => uris.length > 0 && suites.length > 0 && components.length > 0,
  )

const deb822 = (text: string): AptSource[] =>
  text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .split(/\n[ \t]*\n/)
    .map(stanza)
    .filter((fields) => words(fields['types']).includes('deb') && !isNo(fields['enabled']))
    .map((fields) => ({
      uris: words(fields['uris']),
      suites: words(fields['suites']),
      components: words(fields['components']),
      signedBy: keyring(fields['signed-by']),
    }))

const stanza = (text: string): Record<string, string> => {
  const fields: Record<string, string> = {}
  let last = ''
  for (const line of text.split('\n')) {
    const field = /^([A-Za-z0-9-]+)[ \t]*:(.*)$/.exec(line)
    if (field !== null) fields[(last = (field[1] ?? '').toLowerCase())] = (field[2] ?? '').trim()
    else if (last !== '') fields[last] += ` ${line.trim()}`
  }
  return fields
}

const oneLine = (text: string): AptSource[] =>
  text
    .split('\n')
    .map((line) => /^\s*deb\s+(?:\[([^\]]*)\]\s*)?([^#]+)/.exec(line))
    .filter((match) => match !== null)
    .map(([, options = '', rest = '']) => {
      const [uri, suite, ...components] = words(rest)
      const signedBy = /(?:^|\s)signed-by=(\S+)/i.exec(options)?.[1]
      return {
        uris: uri === undefined ? [] : [uri],
        suites: suite === undefined ? [] : [suite],
        components,
        signedBy: keyring(signedBy),
      }
    })

const words = (text: string | undefined): string[] => text?.split(/\s+/).filter((word) => word !== '') ?? []

const isNo = (text: string | undefined): boolean => /^(no|false|without|off|disable|0)$/i.test(text ?? '')

/** Signed-By may also hold fingerprints or a whole key; only a path is of use elsewhere. */
const keyring = (text: string | undefined): string | undefined =>
  text !== undefined && /^\/\S+$/.test(text) ? text : undefined
