/** The version of microvm itself; `test/unit/cli/version.test.ts` holds it against package.json. */
export const VERSION = '0.1.0'
