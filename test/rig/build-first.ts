/** The tiers that run the built program build it themselves, so that one tier or one test runs in a fresh clone, and never an old build. */
export default async (): Promise<void> => {
  await import('../../scripts/build.ts')
}
