import { type AST, parseTOML } from 'toml-eslint-parser'
import { type PlaceNode, type Spot, placeNode } from './places-tree.ts'

const spotOf = (node: AST.TOMLNode): Spot => ({
  line: node.loc.start.line,
  column: node.loc.start.column + 1,
})

const nameOf = (key: AST.TOMLBare | AST.TOMLQuoted): string =>
  key.type === 'TOMLBare' ? key.name : key.value

const child = (parent: PlaceNode, step: string | number, spot: Spot, key?: Spot): PlaceNode => {
  const existing = parent.children.get(step)
  if (existing !== undefined) return existing
  const node = placeNode(spot, key)
  parent.children.set(step, node)
  return node
}

const addValue = (node: PlaceNode, value: AST.TOMLContentNode): void => {
  node.spot = spotOf(value)
  if (value.type === 'TOMLInlineTable') for (const pair of value.body) addPair(node, pair)
  if (value.type === 'TOMLArray')
    value.elements.forEach((element, index) => addValue(child(node, index, spotOf(element)), element))
}

/** `a.b.c = value`: the dotted parts are tables whose place is their name. */
const addPair = (table: PlaceNode, pair: AST.TOMLKeyValue): void => {
  const node = pair.key.keys.reduce(
    (parent, key) => child(parent, nameOf(key), spotOf(key), spotOf(key)),
    table,
  )
  addValue(node, pair.value)
}

/** `[a.b]` or `[[a.b]]`; `resolvedKey` is the header's path with the positions in arrays of tables filled in. */
const addTable = (root: PlaceNode, table: AST.TOMLTable): void => {
  const header = spotOf(table)
  const names = table.key.keys.map(spotOf)
  let node = root
  for (const step of table.resolvedKey)
    node = child(node, step, header, typeof step === 'string' ? names.shift() : node.key)
  node.spot = header
  for (const pair of table.body) addPair(node, pair)
}

/** The places of everything in a TOML text. Throws toml-eslint-parser's `ParseError` for what it takes for no TOML. */
export const tomlPlaces = (text: string): PlaceNode => {
  const root = placeNode({ line: 1, column: 1 })
  for (const part of parseTOML(text).body[0].body)
    if (part.type === 'TOMLTable') addTable(root, part)
    else addPair(root, part)
  return root
}
