import type { Place } from '../errors/problem.ts'

export type Spot = { readonly line: number; readonly column: number }
export type Path = readonly (string | number)[]

/** Where the values of a definition stand in its text: one node per table, list and value. */
export type PlaceNode = {
  /** Of the value; for a table its header or opening brace. */
  spot: Spot
  /** Of the key that names it, where it has one. */
  key: Spot | undefined
  readonly children: Map<string | number, PlaceNode>
}

/**
 * Place of a value (or, with `'key'`, of the key that names it).
 * What is not in the text has the place of its nearest parent that is: for a missing key, the header of its table.
 */
export type Locate = (at: Path, what?: 'value' | 'key') => Place | undefined

export const placeNode = (spot: Spot, key?: Spot): PlaceNode => ({ spot, key, children: new Map() })

export const locateIn =
  (file: string, tree: () => PlaceNode | undefined): Locate =>
  (at, what = 'value') => {
    let node = tree()
    if (node === undefined) return undefined
    for (const step of at) {
      const child = node.children.get(step)
      if (child === undefined) return { file, ...node.spot }
      node = child
    }
    return { file, ...(what === 'key' ? (node.key ?? node.spot) : node.spot) }
  }
