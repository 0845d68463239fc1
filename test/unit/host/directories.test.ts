import { userInfo } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findDirectories } from '../../../src/host/directories.ts'

const UID = 61_234

describe('base directories', () => {
  test('follow the XDG specification: empty and relative variables count as unset', () => {
    const expected = {
      runtime: `/tmp/microvm-${UID}/microvm`,
      state: '/home/a/.local/state/microvm',
      cache: '/home/a/.cache/microvm',
    }
    for (const value of ['', '.', 'relative/path', undefined]) {
      const env = { HOME: '/home/a', XDG_RUNTIME_DIR: value, XDG_STATE_HOME: value, XDG_CACHE_HOME: value }
      expect(findDirectories(env, UID)).toEqual(expected)
    }
    expect(findDirectories({ HOME: '/home/a', XDG_STATE_HOME: '/s' }, UID).state).toBe('/s/microvm')
  })

  test('without a usable HOME are those of the user database', () => {
    for (const HOME of [undefined, '', 'relative'])
      expect(findDirectories(HOME === undefined ? {} : { HOME }, UID).cache).toBe(
        join(userInfo().homedir, '.cache/microvm'),
      )
  })

  test('are never relative to the current folder', () => {
    for (const value of ['', './microvm', 'microvm'])
      expect(
        findDirectories(
          { MICROVM_STATE_DIR: value, MICROVM_RUNTIME_DIR: value, MICROVM_CACHE_DIR: value },
          0,
        ),
      ).toEqual(findDirectories({}, 0))
  })
})
