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

const percent = (text: string): string => text.replaceAll('%', '%%')

const quote = (text: string): string =>
  /^[A-Za-z0-9_@%$=:.,/+~-]+$/.test(text)
    ? text
    : `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n').replaceAll('\t', '\\t')}"`
