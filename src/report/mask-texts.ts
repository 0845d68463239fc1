/**
 * Comments, and texts as TOML and JSON write them; one that is never closed goes to the end of its line, with three quotes to
 * the end of the file (https://toml.io/en/v1.0.0#string).
 */
const TOKEN =
  /#[^\n]*|"""(?:\\[\s\S]|[^\\])*?(?:"{3,5}|$)|'''[\s\S]*?(?:'{3,5}|$)|"(?:\\[^\n]|[^"\\\n])*"?|'[^'\n]*'?/g

/** What makes a text before it a key: texts with a name of their own are no secrets. */
const AFTER_KEY = /^[ \t]*[=:.]/

export type Token = { readonly offset: number; readonly token: string }

/** All comments and texts. */
export const tokensOf = (text: string): readonly Token[] =>
  [...text.matchAll(TOKEN)].map((match) => ({ offset: match.index, token: match[0] }))

/** Keys whose texts name files, sizes or kinds of things: never secrets, and what a reader has to see to find the place. */
const NAMING =
  /(?:^|[\s{,.])["']?(kernel|initrd|root|image|source|socket|vhostUserSocket|path|mountPoint|suite|hypervisor|mem|size|fsType|imageType|label|tag|type|id|mac|ready|restart|reboot|onEmergency|device|\w*[tT]imeout\w*)["']?[ \t]*[=:][ \t]*$/

const isName = (before: string): boolean => NAMING.test(before.slice(-80))

/**
 * A definition with the contents of its texts hidden, character by character, so that every place stays where it was.
 * Keys stay readable, and so does the text that begins at `shown` (an offset, undefined for none).
 */
export const maskTexts = (text: string, shown: number | undefined): string =>
  text.replaceAll(TOKEN, (token: string, offset: number) => {
    const isKey = AFTER_KEY.test(text.slice(offset + token.length, offset + token.length + 100))
    if (token.startsWith('#') || offset === shown || isKey || isName(text.slice(0, offset))) return token
    return token.replaceAll(/[^\r\n"']/g, '•')
  })
