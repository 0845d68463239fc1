/** A flake and the name of a NixOS configuration in it. */
export type FlakeReference = { readonly flake: string; readonly name: string | undefined }

/** `"/project#web"` → the flake and `web`. Relative paths are absolute here already (spec/image-spec.ts). */
export const parseFlakeReference = (reference: string): FlakeReference => {
  const at = reference.indexOf('#')
  if (at < 0) return { flake: reference, name: undefined }
  const name = reference.slice(at + 1)
  return { flake: reference.slice(0, at), name: name === '' ? undefined : name }
}
