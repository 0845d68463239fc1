const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

/**
 * Keys of a sent body that are not in what `vm.info` gives back: cloud-hypervisor ignores keys it does not know.
 * `false` and empty lists are skipped, because it leaves some of them out when it prints.
 */
const droppedKeys = (sent: unknown, got: unknown, path = ''): string[] => {
  if (!isObject(sent)) return []
  return Object.entries(sent).flatMap(([key, value]) => {
    const here = path === '' ? key : `${path}.${key}`
    if (value === undefined || value === null || value === false) return []
    if (Array.isArray(value) && value.length === 0) return []
    if (!isObject(got) || !(key in got)) return [here]
    return droppedKeys(value, got[key], here)
  })
}

/** The same over the whole answer of `vm.info`. */
export const droppedInInfo = (answer: unknown, body: unknown): string[] =>
  droppedKeys(body, isObject(answer) ? answer['config'] : undefined)
