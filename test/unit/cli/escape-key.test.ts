import { describe, expect, it } from 'vitest'
import { parseEscapeKey } from '../../../src/cli/console/escape-key.ts'

describe('the key that leaves a console', () => {
  it.each([
    ['^]', 'Ctrl-]', '\u001D'],
    ['^a', 'Ctrl-A', '\u0001'],
    ['^A', 'Ctrl-A', '\u0001'],
    ['ctrl-q', 'Ctrl-Q', '\u0011'],
    ['Ctrl+q', 'Ctrl-Q', '\u0011'],
    ['C-\\', 'Ctrl-\\', '\u001C'],
    ['^^', 'Ctrl-^', '\u001E'],
    ['^?', 'Ctrl-?', '\u007F'],
  ])('%s is %s', (text, name, key) => {
    const escape = parseEscapeKey(text)
    expect(escape?.name).toBe(name)
    expect(escape?.indexIn(Buffer.from(`ab${key}c`))).toBe(2)
    expect(escape?.indexIn(Buffer.from('abc'))).toBe(-1)
  })

  it('is found as a guest has the terminal spell it out', () => {
    for (const key of ['\u001B[93;5u', '\u001B[93;5:1u', '\u001B[27;5;93~'])
      expect(parseEscapeKey('^]')?.indexIn(Buffer.from(`x${key}`))).toBe(1)
    expect(parseEscapeKey('^A')?.indexIn(Buffer.from('\u001B[97;5u'))).toBe(0)
  })

  it('may be none', () => expect(parseEscapeKey('none')).toBeUndefined())

  it.each(['', 'q', '^', '^ab', 'ctrl-', 'alt-x', '^é', '\u001D'])('is not %j', (text) => {
    expect(() => parseEscapeKey(text)).toThrow(expect.objectContaining({ code: 'USAGE' }))
  })
})
