/** What becomes of a list that a patch meets at the place of a list. */
export type MergeLists = (target: readonly unknown[], patch: readonly unknown[]) => unknown

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/**
 * JSON merge patch (RFC 7386): objects are merged key by key, null removes, everything else replaces.
 * @param mergeLists what is done with lists instead of replacing them.
 */
export const mergePatch = (
  target: unknown,
  patch: unknown,
  mergeLists: MergeLists = (_, replacement) => replacement,
): unknown => {
  if (Array.isArray(target) && Array.isArray(patch)) return mergeLists(target, patch)
  if (!isObject(patch)) return patch
  const result = new Map(Object.entries(isObject(target) ? target : {}))
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) result.delete(key)
    else result.set(key, mergePatch(result.get(key), value, mergeLists))
  }
  return Object.fromEntries(result)
}

/**
 * Lists of a machine's configuration: what is in them stays. An object with the id of one that is there is merged into it, so that a patch can
 * address one device; all else comes behind. Replacing a whole list, as RFC 7386 does, would drop our root disk with the first disk a user adds.
 */
export const mergeById: MergeLists = (target, patch) => {
  const result = [...target]
  for (const item of patch) {
    const id = isObject(item) && typeof item['id'] === 'string' ? item['id'] : undefined
    const there = id === undefined ? -1 : result.findIndex((one) => isObject(one) && one['id'] === id)
    if (there >= 0) result[there] = mergePatch(result[there], item, mergeById)
    else if (isObject(item) || !result.includes(item)) result.push(item)
  }
  return result
}
