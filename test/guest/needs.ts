import { observeHost } from '../../src/host/observe-host.ts'

/** What this host lacks for real guests, or undefined. */
export const needs = async (): Promise<string | undefined> => {
  const { programs } = await observeHost(process.env)
  const missing = (['qemu', 'vhost-device-vsock', 'mmdebstrap', 'mkfs.erofs'] as const).filter(
    (name) => programs[name] === undefined,
  )
  return missing.length === 0 ? undefined : `${missing.join(', ')} not installed ("npm run setup" does it)`
}
