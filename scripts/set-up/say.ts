/** Goes to stderr: stdout belongs to what runs afterwards. */
export const say = (line: string): void => console.error(`set-up: ${line}`)
