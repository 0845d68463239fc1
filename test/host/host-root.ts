import { createHash } from 'node:crypto'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { readMirror } from '../../src/images/debian/read-mirror.ts'
import { sourcesFor } from '../../src/images/debian/mirror.ts'

const SUITE = 'trixie'

const PACKAGES = [
  'systemd',
  'systemd-sysv',
  'systemd-container',
  'dbus',
  'polkitd',
  'util-linux',
  'iproute2',
  'procps',
  'e2fsprogs',
  'qemu-system-x86',
  'qemu-utils',
  'virtiofsd',
  'libstdc++6',
]

const EXCLUDED = ['/usr/share/doc/*', '/usr/share/man/*', '/usr/share/locale/*', '/usr/share/qemu/edk2-*']

const cacheFolder = (): string =>
  process.env['MICROVM_TEST_CACHE'] ??
  join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'microvm-test')

/** A Debian root with systemd and what machines need, made once (under a minute) and kept under the key of its content. */
export const hostRoot = (): string => {
  const key = createHash('sha256')
    .update(JSON.stringify([SUITE, PACKAGES, EXCLUDED, process.arch]))
    .digest('hex')
    .slice(0, 16)
  const root = join(cacheFolder(), `host-${key}`)
  if (existsSync(root)) return root
  mkdirSync(cacheFolder(), { recursive: true })
  const building = `${root}.building-${process.pid}`
  try {
    execFileSync(
      'mmdebstrap',
      [
        '--quiet',
        '--mode=root',
        '--variant=minbase',
        '--aptopt=APT::Install-Recommends "false"',
        ...EXCLUDED.map((path) => `--dpkgopt=path-exclude=${path}`),
        `--include=${PACKAGES.join(',')}`,
        // Every boot is a first boot of a copy: what the image can know already costs none of them time.
        '--customize-hook=rm -f $1/etc/machine-id; echo uninitialized > $1/etc/machine-id; ldconfig -r $1',
        '--customize-hook=ln -sf /dev/null $1/etc/systemd/system/systemd-firstboot.service',
        SUITE,
        building,
        '-',
      ],
      {
        input: `${sourcesFor(SUITE, readMirror(process.env)).join('\n')}\n`,
        stdio: ['pipe', 'ignore', 'inherit'],
        timeout: 600_000,
      },
    )
    renameSync(building, root)
  } catch (error) {
    rmSync(building, { recursive: true, force: true })
    if (!existsSync(root)) throw error
  }
  return root
}
