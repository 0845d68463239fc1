import { join } from 'node:path'
import { generatorScript } from './generator-script.ts'
import type { HostFacts, HostFile } from './host-facts.ts'
import { machineService } from './machine-service.ts'
import { machinesTarget } from './machines-target.ts'
import { polkitRules } from './polkit-rules.ts'
import { sysusers, tmpfiles } from './system-entries.ts'

/** Every file `microvm host install` writes: the one place that knows texts, paths and modes. */
export const hostFiles = (host: HostFacts): HostFile[] => {
  const { lib, share } = foldersOf(host.prefix)
  const text = (path: string, content: string): HostFile => ({ path, mode: 0o644, content })
  return [
    text(join(lib, 'systemd/system/microvm@.service'), machineService(host)),
    text(join(lib, 'systemd/system/microvms.target'), machinesTarget()),
    {
      path: join(lib, 'systemd/system-generators/microvm-generator'),
      mode: 0o755,
      content: generatorScript(host),
    },
    text(join(lib, 'sysusers.d/microvm.conf'), sysusers()),
    text(join(lib, 'tmpfiles.d/microvm.conf'), tmpfiles()),
    text(join(share, 'polkit-1/rules.d/50-microvm.rules'), polkitRules()),
  ]
}

/** `/etc` has no `lib` and no `share` below it. */
const foldersOf = (prefix: string): { readonly lib: string; readonly share: string } =>
  prefix === '/etc' || prefix.endsWith('/etc')
    ? { lib: prefix, share: prefix }
    : { lib: join(prefix, 'lib'), share: join(prefix, 'share') }
