/** What stands where a secret is, in everything that is printed. */
export const placeholder = (name: string): string => `<secret:${name}>`
