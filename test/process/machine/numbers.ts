/** Numbers below 1 that look random and are the same each time (Lehmer, modulus 2^31 - 1). */
export const numbers = (seed: number): (() => number) => {
  let state = seed
  const next = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647
  // Seeds that are close to each other begin alike.
  for (let warm = 0; warm < 4; warm++) next()
  return next
}
