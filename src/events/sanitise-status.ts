/** Longest status text that is kept, in characters. */
export const STATUS_MAX = 200

// ESC and its sequence: CSI, then the string kinds (OSC, DCS, SOS, PM, APC) up to their end, then two-byte ones. Also their 8-bit forms.
const ESCAPES =
  // oxlint-disable-next-line no-control-regex -- escape sequences are made of control characters
  /(?:\u001B\[|\u009B)[0-?]*[ -/]*[@-~]?|(?:\u001B[\]PX^_]|[\u0090\u0098\u009D-\u009F])[^\u0007\u001B\u009C]*(?:\u0007|\u001B\\|\u009C)?|\u001B[ -/]*[0-~]?/g

// Controls, invisible formatting (bidi marks, embeddings, overrides and isolates; joiners; BOM; tags), lone surrogates,
// line and paragraph separators, private use and unassigned.
const UNWANTED = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu

/**
 * A guest's text made safe to show: one line, no escape sequences, no control or invisible characters, nothing that reorders
 * what follows it, at most 200 characters. What is left may still be a lie; callers prefix it with "guest: ".
 */
export const sanitiseStatus = (text: string): string => {
  const plain = text.replaceAll(ESCAPES, '').replaceAll(/\s/gu, ' ').replaceAll(UNWANTED, '')
  // Combining marks can be piled up without end; three on one letter are enough for every script in use.
  const calm = plain
    .replaceAll(/(\p{M}{3})\p{M}+/gu, '$1')
    .replaceAll(/ {2,}/g, ' ')
    .trim()
  const characters = [...calm]
  return characters.length <= STATUS_MAX ? calm : `${characters.slice(0, STATUS_MAX - 1).join('')}…`
}
