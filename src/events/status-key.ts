/**
 * What a status says without what changes by itself: systemd repeats the status of one hanging job three times a second, and only the
 * elapsed time in it moves: `(2 of 5) User job foo.service/start running (12s / 1min 30s)...`. The count of
 * jobs stays in (fewer jobs is progress), the number of the job that is shown just now does not (they take turns).
 */
export const statusKey = (status: string): string =>
  status
    .replace(/^\(\d+ of (\d+)\) /, '($1) ')
    .replace(/ \((?:[0-9.]+ ?[a-zµ]+ ?)+ \/ [^()]*\)(?:\.{3}|…)?$/, '')
    .replaceAll(/\b\d+(?:\.\d+)?(?:us|ms|s|min|h|d|w)\b/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
