import { type PlaceNode, type Spot, placeNode } from './places-tree.ts'

type Twice = { readonly path: readonly (string | number)[]; readonly spot: Spot }
export type JsonPlaces =
  | { readonly ok: true; readonly tree: PlaceNode; readonly twice: readonly Twice[] }
  | { readonly ok: false; readonly spot: Spot; readonly expected: string }

const TOKEN =
  // oxlint-disable-next-line no-control-regex -- RFC 8259 forbids control characters in strings
  /([[\]{},:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y

type Frame = {
  readonly node: PlaceNode
  readonly close: '}' | ']'
  index: number
  key: string
  keySpot: Spot
}
type State = 'value' | 'value or ]' | 'key' | 'key or }' | 'colon' | 'comma' | 'end'

const EXPECTED: Record<State, string> = {
  value: 'a value',
  'value or ]': 'a value or "]"',
  key: 'a key in double quotes',
  'key or }': 'a key in double quotes or "}"',
  colon: '":"',
  comma: '"," or the closing bracket',
  end: 'the end of the text',
}

/**
 * The places of everything in a JSON text (RFC 8259), or the place of its first mistake: `JSON.parse` gives neither.
 * Keys that stand twice in one object are listed too; `JSON.parse` keeps the last one without a word.
 */
export const jsonPlaces = (text: string): JsonPlaces => {
  const stack: Frame[] = []
  const twice: Twice[] = []
  let root: PlaceNode | undefined
  let state: State = 'value'
  let offset = 0
  let line = 1
  let lineStart = 0

  const add = (spot: Spot): PlaceNode => {
    const frame = stack.at(-1)
    const node = placeNode(spot, frame?.close === '}' ? frame.keySpot : undefined)
    if (frame === undefined) root = node
    else frame.node.children.set(frame.close === '}' ? frame.key : frame.index++, node)
    return node
  }
  const afterValue = (): State => (stack.length === 0 ? 'end' : 'comma')

  for (;;) {
    for (; ' \t\r\n'.includes(text.charAt(offset)) && offset < text.length; offset++)
      if (text[offset] === '\n') [line, lineStart] = [line + 1, offset + 1]
    const spot = { line, column: offset - lineStart + 1 }
    if (offset >= text.length && state === 'end' && root !== undefined) return { ok: true, tree: root, twice }
    TOKEN.lastIndex = offset
    const [token = '', mark, string, literal] = TOKEN.exec(text) ?? []
    offset += token.length
    const top = stack.at(-1)

    if (state.startsWith('value') && (string ?? literal) !== undefined) {
      add(spot)
      state = afterValue()
    } else if (state.startsWith('value') && (mark === '{' || mark === '[')) {
      stack.push({ node: add(spot), close: mark === '{' ? '}' : ']', index: 0, key: '', keySpot: spot })
      state = mark === '{' ? 'key or }' : 'value or ]'
    } else if (state.startsWith('key') && string !== undefined && top !== undefined) {
      top.key = JSON.parse(string) as string
      top.keySpot = spot
      if (top.node.children.has(top.key)) twice.push({ path: [...pathOf(stack), top.key], spot })
      state = 'colon'
    } else if (state === 'colon' && mark === ':') {
      state = 'value'
    } else if (state === 'comma' && mark === ',') {
      state = top?.close === '}' ? 'key' : 'value'
    } else if (mark !== undefined && mark === top?.close && (state === 'comma' || state.endsWith(mark))) {
      stack.pop()
      state = afterValue()
    } else return { ok: false, spot, expected: EXPECTED[state] }
  }
}

/** Path of the innermost open object or list. */
const pathOf = (stack: readonly Frame[]): (string | number)[] =>
  stack.slice(0, -1).map((frame) => (frame.close === '}' ? frame.key : frame.index - 1))
