import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  credentialParameter,
  credentialString,
  readCredentialString,
} from '../../../src/plan/credential-string.ts'
import { systemCredentials } from '../../../src/plan/decide-credentials.ts'
import { machineSpec, volumeSpec } from '../../machine-spec.ts'

/** As systemd reads it (import-creds.c): up to the first "=" the name, behind it the value, or its base64. */
const read = (text: string): [string, Buffer] => {
  const [, binary, name = '', value = ''] =
    /^io\.systemd\.credential(\.binary)?:([^=]+)=(.*)$/s.exec(text) ?? []
  return [name, Buffer.from(value, binary === undefined ? 'utf8' : 'base64')]
}

test('any value comes back, and no string is empty or holds a NUL', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), fc.uint8Array()), (value) => {
      const text = credentialString('name.x', value)
      expect(read(text)).toEqual(['name.x', Buffer.from(value)])
      expect(text).toMatch(/^[\x20-\x7e]+$/)
    }),
  )
})

test('what is shown of a public one is its value', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (value) => {
      expect(readCredentialString(credentialString('fstab.extra', value))).toEqual({
        name: 'fstab.extra',
        value,
      })
    }),
  )
  expect(readCredentialString('vendor:x=1')).toBeUndefined()
})

test('on the command line it is one word', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (value) => {
      expect(credentialParameter('x', value)).toMatch(/^systemd\.set_credential(_binary)?=x:[\w.:/@+,=-]*$/)
    }),
  )
})

/** fstab(5), as getmntent(3) undoes it. */
const unescape = (text = ''): string =>
  text.replaceAll(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))

test('any mount point survives fstab', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', ' ', '\\', '\t', '0', '4') }), (path) => {
      const spec = machineSpec({ volumes: [volumeSpec({ mountPoint: `/${path}`, readOnly: true })] })
      const fstab = systemCredentials(spec).find(([name]) => name === 'fstab.extra')?.[1] ?? ''
      const [what, where, type, options] = fstab.trimEnd().split(' ')
      expect([what, unescape(where), type, options]).toEqual([
        '/dev/disk/by-id/virtio-vol0',
        `/${path}`,
        'auto',
        'ro',
      ])
    }),
  )
})

test('the layer above the root is not mounted a second time', () => {
  const spec = machineSpec({ volumes: [volumeSpec({ root: true, mountPoint: '/' })] })
  expect(systemCredentials(spec).map(([name]) => name)).not.toContain('fstab.extra')
})
