import { describe, expect, it } from 'vitest'
import { evaluate, nixpkgs } from './evaluate.ts'
import { needs } from './needs.ts'
import { hasModules } from './nixpkgs.ts'

type Outcome = {
  readonly name: string
  readonly expected: unknown
  readonly actual: unknown
}

const lacked = needs()
const overModules = lacked === undefined && hasModules(nixpkgs().nix)

describe.each([
  { part: 'pure', lacks: lacked },
  ...['nixos', 'machines', 'vm'].map((part) => ({
    part,
    lacks: overModules ? undefined : (lacked ?? "NixOS' modules: this nixpkgs has only lib/"),
  })),
])('$part tests ', ({ part, lacks }) => {
  // Guests and hosts are evaluated down to their toplevel: gigabytes of memory and, on a busy machine, minutes.
  it.runIf(lacks === undefined)('evaluate to what they should', { timeout: 900_000 }, () => {
    const outcomes = evaluate('run.nix', { nixpkgs: nixpkgs(), part }) as readonly Outcome[]
    expect(outcomes.length).toBeGreaterThan(0)
    for (const { name, expected, actual } of outcomes) expect.soft(actual, name).toEqual(expected)
  })
})
