import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { openDescriptors } from '../../../src/host/descriptors.ts'
import { checkNetworkDevice } from '../../../src/machine/check-network-device.ts'
import type { InterfaceSpec } from '../../../src/spec/machine-spec.ts'
import { interfaceSpec } from '../../machine-spec.ts'

let roots: { sys: string; dev: string }

/** A host with one device, `tap0`: number 7, an MTU of 1500. */
beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'mv-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  roots = { sys: join(folder, 'sys'), dev: join(folder, 'dev') }
  mkdirSync(join(roots.sys, 'tap0'), { recursive: true })
  mkdirSync(roots.dev)
  writeFileSync(join(roots.sys, 'tap0/ifindex'), '7\n')
  writeFileSync(join(roots.sys, 'tap0/mtu'), '1500\n')
})

const problems = (changes: Partial<InterfaceSpec>) =>
  checkNetworkDevice(interfaceSpec(changes), ['interfaces', 0], roots)

test('nothing is wrong with a tap that is there, and with a macvtap that can be opened', () => {
  writeFileSync(join(roots.dev, 'tap7'), '')
  expect([...problems({ mtu: 1500 }), ...problems({ type: 'macvtap' })]).toEqual([])
})

test('a device that is not there', () => {
  expect(problems({ name: 'tap1' })).toMatchObject([
    { code: 'HOST_DEVICE_MISSING', at: ['interfaces', 0, 'id'] },
  ])
})

test('a macvtap without its node', () => {
  const [problem] = problems({ type: 'macvtap' })
  expect(problem).toMatchObject({ code: 'HOST_DEVICE_MISSING', at: ['interfaces', 0, 'id'] })
  expect(problem?.message).toContain(join(roots.dev, 'tap7'))
})

// root may open everything; for it a loop of links stands for what cannot be opened.
test('a macvtap whose node is closed to us', () => {
  const node = join(roots.dev, 'tap7')
  if (process.getuid?.() === 0) symlinkSync(node, node)
  else {
    writeFileSync(node, '')
    chmodSync(node, 0)
  }
  expect(problems({ type: 'macvtap' })).toMatchObject([
    { code: 'HOST_PERMISSION', fix: expect.stringContaining(`chown USER ${node}`) },
  ])
})

test('an MTU that is not the device’s', () => {
  expect(problems({ mtu: 9000 })).toMatchObject([
    {
      code: 'FILE_WRONG_KIND',
      at: ['interfaces', 0, 'mtu'],
      fix: expect.stringContaining('ip link set tap0 mtu 9000'),
    },
  ])
})

test('a device that goes between the check and the start is no defect of ours', () => {
  const fds = [{ fd: 3, kind: 'macvtap', interface: 'microvm-gone' }] as const
  const invocation = { name: 'qemu', file: 'qemu', args: [], env: {}, cwd: '/', fds }
  expect(() => openDescriptors(invocation, undefined)).toThrow(
    expect.objectContaining({ code: 'FILE_MISSING', message: expect.stringContaining('"microvm-gone"') }),
  )
})
