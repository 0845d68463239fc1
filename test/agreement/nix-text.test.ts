import { globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = resolve(import.meta.dirname, '../..')
const files = [
  'flake.nix',
  'package.nix',
  ...globSync(['nixos-modules/**/*.nix', 'examples/**/*.nix', 'test/nix/**/*.nix'], { cwd: ROOT }),
]
const read = (file: string): string => readFileSync(resolve(ROOT, file), 'utf8')

/** Options and device names of cloud-hypervisor and QEMU, as their compiled command lines and requests have them. */
const FLAGS =
  /--(api-socket|event-monitor|kernel|initramfs|cmdline|cpus|memory|disk|net|fs|vsock|serial|console|balloon|landlock|seccomp)\b|(^|[\s"'])-(accel|machine|smbios|chardev|netdev|device|drive|blockdev|numa|object|nodefaults|no-reboot|append|initrd|kernel)[\s"',=]|vhost-user-[a-z]+-pci|virtio-[a-z]+-pci|memory-backend/

describe.each(files)('%s', (file) => {
  it('holds no flag of a hypervisor: Nix says what a machine is, not how it is run', () => {
    expect(
      read(file)
        .split('\n')
        .filter((line) => FLAGS.test(line)),
    ).toEqual([])
  })

  it('names no registry and no other host', () => {
    expect(read(file).match(/https?:\/\/(?!127\.0\.0\.1)[^\s"']+|registry\.[a-z.]+|npmjs/g)).toBeNull()
  })
})

it('the lock is of the input that flake.nix has, to the letter', () => {
  const { nodes } = JSON.parse(read('flake.lock')) as {
    nodes: {
      nixpkgs: {
        original: { owner: string; repo: string; ref: string }
        locked: { owner: string; rev: string }
      }
    }
  }
  const { original, locked } = nodes.nixpkgs
  expect(read('flake.nix')).toContain(`"github:${original.owner}/${original.repo}/${original.ref}"`)
  expect(locked.owner).toBe(original.owner)
  expect(Object.keys(nodes).toSorted()).toEqual(['nixpkgs', 'root'])
})
