/** `[directive, value]`, in order; a list of sections makes a unit. */
export type Settings = readonly (readonly [directive: string, value: string])[]

export type Section = { readonly name: string; readonly settings: Settings }

/** Text of a unit or drop-in (systemd.syntax(7)). */
export const unitText = (comment: readonly string[], sections: readonly Section[]): string =>
  [
    ...comment.map((line) => `# ${line}`),
    ...sections.flatMap(({ name, settings }) => [
      '',
      `[${name}]`,
      ...settings.map(([directive, value]) => `${directive}=${value}`),
    ]),
    '',
  ].join('\n')

/** One word of a command line: specifiers and variables off, quoted where needed (systemd.service(5), "COMMAND LINES"). */
export const commandWord = (word: string): string => quote(percent(word).replaceAll('$', '$$$$'))

/** A path where a list of paths is expected, e.g. `ReadWritePaths=`. */
export const pathWord = (path: string): string => quote(percent(path))

/** A path where paths come in pairs, e.g. `BindPaths=`: a colon of its own is quoted, or it would end the first one. */
export const pairedPathWord = (path: string): string => quote(percent(path), PLAIN_IN_PAIRS)

/**
 * A path that is the rest of a line, e.g. after the name in `LoadCredential=`: systemd takes it as it stands and removes no quotes
 * (config_parse_load_credential, systemd 257). What cannot be said so is spoilt: systemd then finds no such file, and no other line is touched.
 */
export const restOfLine = (path: string): string =>
  percent(path)
    .replaceAll(/[\n\r]/g, ' ')
    .replace(/\\+$/, (end) => end + end)

const percent = (text: string): string => text.replaceAll('%', '%%')

const PLAIN = /^[A-Za-z0-9_@%$=:.,/+~-]+$/
const PLAIN_IN_PAIRS = /^[A-Za-z0-9_@%$=.,/+~-]+$/

const quote = (text: string, plain = PLAIN): string =>
  plain.test(text)
    ? text
    : `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('\t', '\\t')}"`
