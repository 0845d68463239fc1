import { MicrovmError } from '../../errors/microvm-error.ts'
import { defineVerb } from '../verb.ts'

export const completion = defineVerb({
  meta: {
    name: 'completion',
    summary: 'print the completion script of a shell',
    positionals: { what: 'shell', min: 1, max: 1 },
    examples: [
      'source <(microvm completion bash)',
      'microvm completion fish > ~/.config/fish/completions/microvm.fish',
    ],
  },
  options: {},
  run: async ({ out, verbs }, { names: [shell = ''] }) => {
    if (shell === 'bash') out.data((await import('../completion/bash.ts')).bashCompletion(verbs))
    else if (shell === 'zsh') out.data((await import('../completion/zsh.ts')).zshCompletion(verbs))
    else if (shell === 'fish') out.data((await import('../completion/fish.ts')).fishCompletion(verbs))
    else
      throw new MicrovmError('USAGE', `There is no completion for "${shell}".`, {
        fix: 'Use one of: bash, zsh, fish.',
      })
    return 0
  },
})
