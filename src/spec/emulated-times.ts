/** How much longer a guest may take to start when its CPU is emulated; measured boots are 3 to 10 times slower, and times have reserve. */
export const EMULATED_STRETCH = 4
