import { defineConfig } from 'vitest/config'

/** One project per tier, cheap ones first; scripts/test.ts runs them in this order and adds them up. */
const tier = (name: string, options: { parallel: boolean; seconds: number; heavy?: boolean }) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: options.seconds * 1000,
    hookTimeout: options.seconds * 1000,
    fileParallelism: options.parallel,
    pool: 'forks' as const,
    ...(options.heavy === true ? { globalSetup: ['test/rig/take-turns.ts'] } : {}),
  },
})

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      tier('unit', { parallel: true, seconds: 20 }),
      tier('golden', { parallel: true, seconds: 20 }),
      tier('agreement', { parallel: true, seconds: 60 }),
      tier('process', { parallel: true, seconds: 60 }),
      tier('nix', { parallel: false, seconds: 300 }),
      tier('guest', { parallel: false, seconds: 900, heavy: true }),
      tier('host', { parallel: false, seconds: 900, heavy: true }),
      tier('nested', { parallel: false, seconds: 1200, heavy: true }),
    ],
  },
})
