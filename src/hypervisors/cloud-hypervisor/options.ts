/**
 * Encoders for cloud-hypervisor's own option syntax (`key=value,key=value`), version 48 and newer.
 * Texts that hold anything special are quoted as a whole, with `"` doubled; numbers, lists and switches must not be.
 */
export type OptionValue = string | number | boolean | readonly number[] | undefined

/** One argument out of keys and values; undefined ones are left out. An empty text is written as `""`: without quotes it means "not given". */
export const optionList = (options: Readonly<Record<string, OptionValue>>): string =>
  Object.entries(options)
    .filter((entry): entry is [string, Exclude<OptionValue, undefined>] => entry[1] !== undefined)
    .map(([key, value]) => `${key}=${encode(value)}`)
    .join(',')

const encode = (value: Exclude<OptionValue, undefined>): string => {
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string')
    return /^[A-Za-z0-9_./:@+-]+$/.test(value) ? value : `"${value.replaceAll('"', '""')}"`
  return `[${value.join(',')}]`
}
