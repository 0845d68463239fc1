import { OPERATORS } from './system-entries.ts'

/** polkit(8): the group of operators may manage machine units, and no other unit. */
export const polkitRules = (): string =>
  [
    '// Written by "microvm host install".',
    'polkit.addRule(function (action, subject) {',
    `  if (action.id !== 'org.freedesktop.systemd1.manage-units' || !subject.isInGroup('${OPERATORS}')) return`,
    "  var unit = action.lookup('unit')",
    "  var verb = action.lookup('verb')",
    "  var verbs = ['start', 'stop', 'restart', 'reset-failed']",
    '  if (/^microvm(@[a-z0-9-]+[.]service|s[.]target)$/.test(unit) && verbs.indexOf(verb) >= 0) return polkit.Result.YES',
    '})',
    '',
  ].join('\n')
