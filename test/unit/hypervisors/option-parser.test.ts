import { expect, test } from 'vitest'
import { asIntegers, asSize, asText, asTexts, asToggle, OptionError, parseOptions } from './option-parser.ts'

/** What cloud-hypervisor's own parser did with these, run at its HEAD of August 2026. */
const KNOWN = ['path', 'id', 'oem_strings', 'fd', 'size', 'x']

const errorOf = (run: () => unknown): string => {
  try {
    return `no error but ${JSON.stringify(run())}`
  } catch (error) {
    if (error instanceof OptionError) return error.message
    throw error
  }
}

test.each([
  ['path="/a,b"', '/a,b'],
  ['path=/a","b', '/a,b'],
  ['path="/a""b"', '/a"b'],
  ['path="/a[b"', '/a[b'],
  ['path=/a[b]c,id=x', '/a[b]c'],
  ['path= /a ,id=x', '/a'],
  ['path=" /a "', ' /a '],
  ['path=/a=b', '/a=b'],
  ['path=,id=x', undefined],
  ['path=/a,path=/b', '/b'],
  ['path=""', ''],
  ['path=""""', '"'],
])('%s', (input, value) => {
  expect(asText(parseOptions(input, KNOWN).get('path'))).toBe(value)
})

test.each([
  ['path=/a,b', 'unknown-option: b'],
  ['path=/a"b', 'invalid-syntax: path=/a"b'],
  ['path=/a[b', 'invalid-syntax: path=/a[b'],
  ['path=/a]b', 'invalid-syntax: path=/a]b'],
  ['path', 'invalid-syntax: path'],
  ['path=/a,', 'unknown-option: '],
  ['path=/a,,id=x', 'unknown-option: '],
  ['path=/a, id=x', 'unknown-option:  id'],
  ['fd=3,4', 'unknown-option: 4'],
  ['oem_strings=[a]]', 'invalid-syntax: oem_strings=[a]]'],
  ['oem_strings=[a"b]', 'invalid-syntax: oem_strings=[a"b]'],
])('%s is an error', (input, message) => {
  expect(errorOf(() => [...parseOptions(input, KNOWN)])).toBe(message)
})

const raw = (input: string, key: string): string => parseOptions(input, KNOWN).get(key) ?? ''

test.each([
  ['oem_strings=[a,b]', ['a', 'b']],
  ['oem_strings=a', ['a']],
  ['oem_strings=["a,b",c]', ['"a,b"', 'c']],
  ['oem_strings=[x=[a,b],c]', ['x=[a,b]', 'c']],
  ['oem_strings=[]', ['']],
  ['oem_strings=[a,,b]', ['a', '', 'b']],
  ['oem_strings=[a, b]', ['a', ' b']],
  ['oem_strings=[io.systemd.credential.binary:x=YWJj+/==]', ['io.systemd.credential.binary:x=YWJj+/==']],
])('%s', (input, texts) => {
  expect(asTexts(raw(input, 'oem_strings'))).toEqual(texts)
})

test('a last element that ends in a bracket cannot be said', () => {
  expect(errorOf(() => asTexts(raw('oem_strings=[c,x=[a,b]]', 'oem_strings')))).toMatch('conversion')
})

test.each([
  ['fd=3', [3]],
  ['fd=[3]', [3]],
  ['fd=[3,4]', [3, 4]],
  ['fd=[3-5]', [3, 4, 5]],
])('%s', (input, numbers) => {
  expect(asIntegers(raw(input, 'fd'))).toEqual(numbers)
})

test.each(['fd=[]', 'fd=[ 3, 4 ]', 'fd="3"', 'fd=[-1]', 'fd=[3-3]'])('%s is no list of numbers', (input) => {
  expect(errorOf(() => asIntegers(raw(input, 'fd')))).toMatch('conversion')
})

test.each([
  ['size=512M', 536870912n],
  ['size=1G', 1073741824n],
  ['size=1KM', 1048576n],
  ['size=0', 0n],
  ['size=20000000000G', 3028092406290448384n],
])('%s', (input, bytes) => {
  expect(asSize(raw(input, 'size'))).toBe(bytes)
})

test.each(['1.5G', '512m', '512MB', '512MiB', '1T'])('size=%s is no size', (size) => {
  expect(errorOf(() => asSize(size))).toMatch('conversion')
})

test.each([
  ['x=on', true],
  ['x=ON', true],
  ['x=true', true],
  ['x=off', false],
])('%s', (input, value) => {
  expect(asToggle(raw(input, 'x'))).toBe(value)
})

test.each(['yes', '1'])('x=%s is no switch', (text) => {
  expect(errorOf(() => asToggle(text))).toMatch('conversion')
})
