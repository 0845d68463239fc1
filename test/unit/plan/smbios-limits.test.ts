import { expect, test } from 'vitest'
import { checkSmbiosStrings } from '../../../src/plan/smbios-limits.ts'

const codes = (strings: string[], systemd?: number) =>
  checkSmbiosStrings('web', strings, systemd).problems.map(({ code }) => code)

test('255 strings fit, 256 do not', () => {
  expect(codes(Array.from({ length: 255 }, () => 'a'))).toEqual([])
  expect(codes(Array.from({ length: 256 }, () => 'a'))).toEqual(['CREDENTIAL_TOO_LARGE'])
})

test('48 KiB fit, with the NUL behind each', () => {
  expect(codes(['x'.repeat(49151)])).toEqual([])
  expect(codes(['x'.repeat(49152)])).toEqual(['CREDENTIAL_TOO_LARGE'])
  expect(codes(['ü'.repeat(24576)])).toEqual(['CREDENTIAL_TOO_LARGE'])
})

test('an empty string or a NUL would end the table', () => {
  expect(codes(['a', '', 'b\0c'])).toEqual(['DEFINITION_VALUE', 'DEFINITION_VALUE'])
})
