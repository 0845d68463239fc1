import { defineVerb, ONE_MACHINE } from '../verb.ts'

export const resume = defineVerb({
  meta: {
    name: 'resume',
    summary: 'let a paused machine go on',
    positionals: ONE_MACHINE,
    details: [
      'A machine is paused when a disk of it is full on the host, or by "microvm pause"; "microvm ps" says which.',
      'Its guest goes on where it stood, and repeats the write that failed. When there is still no room, the machine is paused again (exit status 3).',
      'A machine that is not paused is fine.',
    ].join('\n'),
    examples: ['microvm resume web'],
  },
  options: {},
  run: async (context, { names: [name = ''] }) => {
    const { performResume } = await import('../perform-resume.ts')
    return performResume(context, name)
  },
})
