import type { ImageSpec, InterfaceSpec } from '../spec/machine-spec.ts'

/** Where a guest comes from, in a few words for a record. */
export const imageText = (image: ImageSpec): string => {
  if (image.kind === 'debian') return `debian ${image.recipe.suite}`
  return image.kind === 'flake' ? image.reference : image.kernel
}

/** Ports of the host that lead to the guest: `127.0.0.1:8080 to 80/tcp`. */
export const forwardTexts = ({ forwardPorts }: InterfaceSpec): string[] =>
  forwardPorts.map(
    ({ hostAddress, hostPort, guestPort, proto }) => `${hostAddress}:${hostPort} to ${guestPort}/${proto}`,
  )
