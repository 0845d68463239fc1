import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { evaluate, nixpkgs } from '../test/nix/evaluate.ts'
import { type NixOptions, nixReference } from './nix-reference.ts'

/** `npm run docs:nix`: docs/nix-options.md from nixos-modules. Needs Nix and nixpkgs' lib, so it is not part of `npm run docs`. */
const options = evaluate('options.nix', { nixpkgs: nixpkgs() }) as NixOptions
writeFileSync(resolve(import.meta.dirname, '../docs/nix-options.md'), nixReference(options))
