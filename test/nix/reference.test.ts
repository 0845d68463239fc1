import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type NixOptions, nixReference } from '../../scripts/nix-reference.ts'
import { evaluate, nixpkgs } from './evaluate.ts'
import { needs } from './needs.ts'

describe.runIf(needs() === undefined)('docs/nix-options.md', () => {
  it('is what the modules say of themselves', () => {
    const made = nixReference(evaluate('options.nix', { nixpkgs: nixpkgs() }) as NixOptions)
    const written = readFileSync(resolve(import.meta.dirname, '../../docs/nix-options.md'), 'utf8')
    expect(written === made, 'it is stale: run "npm run docs:nix"').toBe(true)
  })
})
