import { defineConfig } from 'vitest/config'

type Options = {
  readonly parallel: boolean
  readonly seconds: number
  /** Modules that vitest runs once before the tier. */
  readonly before?: readonly string[]
}

const BUILD = 'test/rig/build-first.ts'
const TURNS = 'test/rig/take-turns.ts'

/** One project per tier, cheap ones first; scripts/test.ts runs them in this order and adds them up. */
const tier = (name: string, options: Options) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: options.seconds * 1000,
    hookTimeout: options.seconds * 1000,
    fileParallelism: options.parallel,
    pool: 'forks' as const,
    globalSetup: [...(options.before ?? [])],
  },
})

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      tier('unit', { parallel: true, seconds: 20 }),
      tier('golden', { parallel: true, seconds: 20 }),
      tier('agreement', { parallel: true, seconds: 60 }),
      tier('process', { parallel: true, seconds: 60, before: [BUILD] }),
      tier('nix', { parallel: false, seconds: 300 }),
      tier('guest', { parallel: false, seconds: 900, before: [BUILD, TURNS] }),
      tier('host', { parallel: false, seconds: 900, before: [BUILD, TURNS] }),
      tier('nested', { parallel: false, seconds: 1200, before: [BUILD, TURNS] }),
    ],
  },
})
