import { redactedCredential } from '../../invocation/redacted.ts'

/** The body of `vm.create` for printing: values of the user's credentials are replaced by a mark. */
export const redact = (body: unknown, secretNames: readonly string[]): unknown => {
  if (typeof body !== 'object' || body === null) return body
  const { platform } = body as { platform?: { oem_strings?: readonly string[] } }
  if (platform?.oem_strings === undefined) return body
  const strings = platform.oem_strings.map((text) => redactedCredential(text, secretNames))
  return { ...body, platform: { ...platform, oem_strings: strings } }
}
