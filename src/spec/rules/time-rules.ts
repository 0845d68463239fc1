import { type Rule, clash, those, wrong } from './rule.ts'

export const timeRules: Rule = {
  reads: ['startTimeout', 'startTimeoutMax', 'stopTimeout', 'stopTimeoutMax'],
  check: ({ times }) =>
    those(
      times.start === 0 &&
        wrong(
          ['startTimeout'],
          'is 0.',
          'No guest is ready in no time; 0 does not mean "for ever" here.',
          'Write how long the guest may go without progress, e.g. "90s".',
        ),
      times.startMax < times.start &&
        clash(
          ['startTimeoutMax'],
          `is ${times.startMax / 1000}s, less than the ${times.start / 1000}s of startTimeout.`,
          'It is the limit of the whole start, startTimeout that of each step.',
          'Raise startTimeoutMax, or lower startTimeout.',
        ),
      times.stopMax < times.stop &&
        clash(
          ['stopTimeoutMax'],
          `is ${times.stopMax / 1000}s, less than the ${times.stop / 1000}s of stopTimeout.`,
          'It is the limit of the whole stop, stopTimeout that of each step.',
          'Raise stopTimeoutMax, or lower stopTimeout.',
        ),
    ),
}
