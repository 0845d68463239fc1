import { execFileSync } from 'node:child_process'
import { existsSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'vitest'
import { openProgram } from './program.ts'

const isReady = ({ kind }: { kind: string }): boolean => kind === 'guest-ready'

/** Why there is none: for the name of a test that is skipped. */
const mountable = ((): string | undefined => {
  if (process.getuid?.() !== 0) return 'needs root, to mount a small file system'
  try {
    execFileSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', '/mnt'], { stdio: 'ignore' })
    return undefined
  } catch {
    return 'this host does not let us mount'
  }
})()

/** A state directory on a file system of 512 KiB; `fill` takes all that is left. */
const small = (program: ReturnType<typeof openProgram>) => {
  const state = join(program.folder, 's')
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k,mode=700', 'none', state])
  const filler = join(state, 'filler')
  return {
    fill: (): void => {
      const { bavail, bsize } = statfsSync(state)
      writeFileSync(filler, Buffer.alloc(bavail * bsize))
    },
    free: (): void => rmSync(filler),
    [Symbol.dispose]: (): void => void execFileSync('umount', ['-l', state]),
  }
}

describe.skipIf(mountable !== undefined)(`a full state file system ${mountable ?? ''}`, () => {
  test('before the start it has its own code, detached too', async ({ expect }) => {
    await using program = openProgram()
    using disk = small(program)
    disk.fill()
    for (const args of [
      ['run', 'web'],
      ['up', '-d'],
    ]) {
      const { exit, err } = await program.run(...args)
      expect(exit, err).toBe(1)
      expect(err).toContain('DISK_FULL')
      expect(err).not.toContain('no message')
    }
    expect(existsSync(program.places.run)).toBe(false)
  })

  test('under a live machine, detached: it goes on, its record says how it ends, no secret stays', async ({
    expect,
  }) => {
    await using program = openProgram('credentials.token.text = "do not leave me"')
    using disk = small(program)
    const up = await program.run('up', '-d')
    expect(up.exit, up.err).toBe(0)
    disk.fill()
    const down = await program.run('down', 'web')
    expect(down.exit, down.err).toBe(0)
    expect(down.err).toContain('graceful')
    expect(program.record()).toMatchObject({ state: 'stopped', outcome: 'graceful', vmm: null })
    expect(existsSync(program.places.run)).toBe(false)
    disk.free()
    const again = await program.run('up', '-d')
    expect(again.exit, again.err).toBe(0)
    await program.event(isReady)
    await program.run('down', 'web')
  })
})
