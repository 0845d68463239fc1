const OFFSET = 0xcbf29ce484222325n
const PRIME = 0x100000001b3n
const MASK = 0xffffffffffffffffn

/** FNV-1a, 64 bits (draft-eastlake-fnv), over the UTF-8 of a text: spreads names, hides nothing. */
const fnv1a = (text: string): bigint => {
  let hash = OFFSET
  for (const byte of new TextEncoder().encode(text)) hash = ((hash ^ BigInt(byte)) * PRIME) & MASK
  return hash
}

const hex = (text: string): string => fnv1a(text).toString(16).padStart(16, '0')

/** MAC of an interface, the same for ever: locally administered, unicast (IEEE 802), 46 bits from the two names. */
export const stableMac = (machine: string, name: string): string => {
  const octets = hex(`mac\0${machine}\0${name}`).match(/../g)?.slice(2) ?? []
  const first = (Number.parseInt(octets[0] ?? '0', 16) & 0xfc) | 0x02
  return [first.toString(16).padStart(2, '0'), ...octets.slice(1)].join(':')
}

/** UUID of a machine, the same for ever: RFC 9562 version 8 ("custom"), 122 bits from its name. */
export const stableUuid = (machine: string): string => {
  const digits = hex(`uuid\0high\0${machine}`) + hex(`uuid\0low\0${machine}`)
  const variant = ((Number.parseInt(digits.charAt(16), 16) & 0x3) | 0x8).toString(16)
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `8${digits.slice(13, 16)}`,
    `${variant}${digits.slice(17, 20)}`,
    digits.slice(20, 32),
  ].join('-')
}
