/** The image every guest test shares: that of examples/hello, so that it is built once. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

const hello = readFileSync(resolve(import.meta.dirname, '../../examples/hello/microvm.toml'), 'utf8')

/** `[machines.NAME]` with the image of examples/hello and whatever else the test wants. */
export const guest = (name: string, more = '', tables = ''): string => {
  const [, image] = /(\[machines\.hello\.image[\s\S]*)$/.exec(hello) ?? []
  if (image === undefined) throw new Error('examples/hello has no image table any more')
  return [
    `[machines.${name}]`,
    'mem = "512M"',
    more,
    tables.replaceAll('NAME', name),
    image.replaceAll('machines.hello', `machines.${name}`),
  ].join('\n')
}

/** A unit put into the guest by credential (systemd 256 and newer), wanted by multi-user.target. */
export const unit = (name: string, service: string): string => `
[machines.NAME.credentials]
"systemd.extra-unit.${name}.service" = """
[Unit]
DefaultDependencies=yes
[Service]
${service}
"""
"systemd.unit-dropin.multi-user.target" = """
[Unit]
Wants=${name}.service
After=${name}.service
"""
`
