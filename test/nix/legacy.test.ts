import { describe, expect, it } from 'vitest'
import { evaluate, nixpkgs } from './evaluate.ts'
import { needs } from './needs.ts'

type Outcome = {
  readonly side: 'guest' | 'host'
  readonly name: string
  readonly fits: boolean
  readonly refusal: readonly string[]
}

/** What Nix says when it evaluates just this option. */
const errorOf = ({ side, name }: Outcome): string => {
  try {
    evaluate('legacy.nix', { nixpkgs: nixpkgs(), only: `${side} ${name}` })
    return ''
  } catch (error) {
    return String(error)
  }
}

/** `vms.*.updateFlake` → `microvm.vms.web.updateFlake`, `shares[].socket` → `microvm.shares[0].socket`. */
const written = (name: string): string => `microvm.${name.replaceAll('[]', '[0]').replaceAll('*', 'web')}`

describe.runIf(needs() === undefined)('options of microvm.nix, now and in its history', () => {
  const outcomes =
    needs() === undefined ? (evaluate('legacy.nix', { nixpkgs: nixpkgs() }) as readonly Outcome[]) : []

  it('are all here', () => {
    expect(outcomes.length).toBeGreaterThan(180)
  })

  it.each(outcomes)('$side $name works, or is refused by name and machine', (outcome) => {
    const { name, fits, refusal } = outcome
    // A table that is gone is named as a whole.
    const [first = '', second = ''] = written(name).replace('microvm.', '').split('.')
    const listed = /^(devices|interfaces|shares|volumes)\[0\]$/.test(first)
    const said = `microvm.${listed ? `${first}.${second}` : first.replace('[0]', '')}`
    if (!fits) {
      expect(errorOf(outcome)).toContain(`microvm.${first.replace('[0]', '')}`)
    } else if (refusal.length > 0) {
      expect(refusal.join('')).toContain(said)
      if (name.startsWith('vms.')) expect(refusal.join('')).toContain(name.replace('vms.*.', ''))
      expect(refusal.join('')).toMatch(/\bweb\b|this host|Write an absolute path|virtiofsd is started/)
      expect(refusal.every((text) => text.trim().split('\n').length >= 2)).toBe(true)
    }
  })
})
