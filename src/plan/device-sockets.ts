import type { InterfaceSpec, ShareSpec } from '../spec/machine-spec.ts'
import type { Places } from './places.ts'

/** Name of the helper that serves a share, also in logs. */
export const virtiofsdName = (share: ShareSpec): string => `virtiofsd-${share.id}`

/** Socket of a share's virtiofsd: the user's, or that of ours. */
export const shareSocket = (places: Places, share: ShareSpec): string =>
  share.socket ?? places.helper(virtiofsdName(share))

export const passtName = (netInterface: InterfaceSpec): string => `passt-${netInterface.id}`

/** Socket of an interface's vhost-user back-end: the user's, or that of our passt. */
export const interfaceSocket = (places: Places, netInterface: InterfaceSpec): string =>
  netInterface.socket ?? places.helper(passtName(netInterface))
