export type KeyvalValue = string | number | boolean | undefined

/**
 * QEMU's option syntax, `first,key=value,…`: a comma within a value is doubled, and nothing else is special
 * (get_opt_value() of its util/qemu-option.c). Undefined values are left out.
 */
export const keyval = (
  first: string | undefined,
  options: Readonly<Record<string, KeyvalValue>> = {},
): string =>
  [
    ...(first === undefined ? [] : [escapeComma(first)]),
    ...Object.entries(options).flatMap(([key, value]) =>
      value === undefined ? [] : [`${key}=${text(value)}`],
    ),
  ].join(',')

const text = (value: Exclude<KeyvalValue, undefined>): string =>
  typeof value === 'boolean' ? (value ? 'on' : 'off') : escapeComma(String(value))

const escapeComma = (value: string): string => value.replaceAll(',', ',,')
