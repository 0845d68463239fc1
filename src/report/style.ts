/** How words are emphasised. The coloured one is made by host/terminal.ts; `plain` changes nothing. */
export type Style = {
  /** Whether it changes anything. */
  readonly colours: boolean
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly red: (text: string) => string
  readonly green: (text: string) => string
  readonly yellow: (text: string) => string
  readonly cyan: (text: string) => string
}

const same = (text: string): string => text

export const plain: Style = {
  colours: false,
  bold: same,
  dim: same,
  red: same,
  green: same,
  yellow: same,
  cyan: same,
}
