import { expect, test } from 'vitest'
import { MicrovmError } from '../../../src/errors/microvm-error.ts'
import { toldFailure } from '../../../src/errors/told-failure.ts'

const problem = (message: string, because: string, fix: string) => ({
  code: 'CAPABILITY_MISSING' as const,
  at: [],
  message,
  because,
  fix,
})

test('the reason and the way out of a single problem are kept', () => {
  const error = new MicrovmError('CAPABILITY_MISSING', 'It cannot.', {
    problems: [problem('It cannot.', 'It is old.', 'Take a newer one.')],
  })
  expect(toldFailure(error)).toEqual({
    code: 'CAPABILITY_MISSING',
    message: 'It cannot.',
    because: 'It is old.',
    fix: 'Take a newer one.',
  })
})

test('of several problems all are told', () => {
  const error = new MicrovmError('FILE_MISSING', 'Things are missing.', {
    problems: [problem('One.', 'a', 'A.'), problem('Two.', 'b', 'B.')],
  })
  expect(toldFailure(error)).toMatchObject({ because: 'One.\na\nTwo.\nb', fix: 'A.\nB.' })
})

test('an error without problems is as it is', () => {
  expect(toldFailure(new MicrovmError('DISK_FULL', 'Full.', { fix: 'Make room.' }))).toEqual({
    code: 'DISK_FULL',
    message: 'Full.',
    fix: 'Make room.',
  })
})
