import { expect, test } from 'vitest'
import { compile, invocationsOf, plansOf, printableSecrets } from '../../../src/compile.ts'
import { renderArgv } from '../../../src/invocation/render-argv.ts'
import { renderJson } from '../../../src/invocation/render-json.ts'
import { renderShell } from '../../../src/invocation/render-shell.ts'
import type { MachineSpec } from '../../../src/spec/machine-spec.ts'
import { directories, interfaceSpec, machineSpec, observed } from '../../machine-spec.ts'

const host = { observed: observed(), directories, imageOf: () => undefined }

const runOf = (spec: MachineSpec) => {
  const plans = plansOf([spec], host)
  const [plan] = plans.ok ? plans.value : []
  if (plan === undefined) throw new Error(JSON.stringify(plans))
  return invocationsOf(plan, printableSecrets(plan))
}

const withSecret = machineSpec({ credentials: [{ name: 'token', from: { kind: 'text', text: 's3cret' } }] })

test.each(['cloud-hypervisor', 'qemu'] as const)('no form of a %s machine prints a secret', (hypervisor) => {
  const run = runOf({ ...withSecret, hypervisor })
  for (const text of [renderArgv(run), renderJson([run]), renderShell(run)])
    expect(text).not.toContain('s3cret')
  expect(renderShell(run)).toContain('<secret:token>')
})

test('the shell form sends the requests in order', () => {
  const script = renderShell(runOf(machineSpec()))
  expect(script).toMatch(/vm\.create[^]+vm\.boot/)
  expect(script).toContain('--unix-socket /run/microvm/web/api.sock')
})

test('a macvtap device is opened by its number', () => {
  const script = renderShell(
    runOf(machineSpec({ interfaces: [interfaceSpec({ type: 'macvtap', name: 'mac0' })] })),
  )
  expect(script).toContain('3<>"/dev/tap$(cat /sys/class/net/mac0/ifindex)"')
})

test('the pipeline goes from text to invocations, or to all problems', () => {
  const source = { file: 'microvm.toml', folder: '/project' }
  const good = compile({ ...source, text: '[machines.a]\nimage = { kernel = "k" }\n' }, host)
  expect(good).toMatchObject({ ok: true, value: [{ machine: 'a' }] })
  const unbuilt = compile({ ...source, text: '[machines.a]\nimage.debian.suite = "trixie"\n' }, host)
  expect(unbuilt).toMatchObject({ ok: false, problems: [{ code: 'IMAGE_UNKNOWN' }] })
  expect(compile({ ...source, text: '[machines.a\n' }, host)).toMatchObject({ ok: false })
})
