import type { Path } from './places-tree.ts'

/** `['machines', 'web', 'volumes', 0, 'size']` → `web.volumes[0].size`: how messages name a value. */
export const label = (at: Path): string => {
  const steps = at[0] === 'machines' && at.length > 1 ? at.slice(1) : at
  const text = steps.map((step) => (typeof step === 'number' ? `[${step}]` : `.${quoted(step)}`)).join('')
  return text === '' ? 'the definition' : text.replace(/^\./, '')
}

const quoted = (key: string): string => (/^[A-Za-z0-9_-]+$/.test(key) ? key : JSON.stringify(key))
