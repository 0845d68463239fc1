import { type Finding, type Rule, clash, wrong } from './rule.ts'

/** What the shape of an image cannot say. */
export const imageRules: Rule = {
  reads: ['image'],
  check: (_, { image }) => {
    if (image === undefined)
      return [
        wrong(
          ['image'],
          'is missing.',
          'There is no default image: it decides which system the guest is.',
          'Add image = { debian = { suite = "trixie" } }, or { kernel = "…", root = "…" } for files you have.',
        ),
      ]
    if (!('debian' in image)) return []
    return Object.entries(image.debian.files ?? {}).flatMap(([path, file]): Finding[] => {
      if (typeof file === 'string' || (file.content === undefined) !== (file.source === undefined)) return []
      const at = ['image', 'debian', 'files', path]
      return file.content === undefined
        ? [
            wrong(
              at,
              'has neither content nor source.',
              'The text of the file comes from one of them.',
              'Add content = "…" or source = "path".',
            ),
          ]
        : [
            clash(
              at,
              'has both content and source.',
              'The text of the file comes from one of them.',
              'Keep one of them.',
            ),
          ]
    })
  },
}
