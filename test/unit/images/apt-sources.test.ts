import { describe, expect, test } from 'vitest'
import { parseAptSources } from '../../../src/images/debian/apt-sources.ts'
import { findMirror, sourcesFor } from '../../../src/images/debian/mirror.ts'

const deb822 = `# made by hand
Types: deb deb-src
URIs: https://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
 contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Enabled: no
Types: deb
URIs: https://off.example/debian
Suites: sid
Components: main

Types: deb
URIs: https://mirror.example/debian-security
Suites: bookworm-security
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 mQINBFit
 -----END PGP PUBLIC KEY BLOCK-----
`

describe('deb822 style', () => {
  const sources = parseAptSources('debian.sources', deb822)
  test('enabled stanzas, with continued lines', () =>
    expect(sources.map(({ uris, suites, components }) => ({ uris, suites, components }))).toEqual([
      {
        uris: ['https://mirror.example/debian'],
        suites: ['bookworm', 'bookworm-updates'],
        components: ['main', 'contrib'],
      },
      {
        uris: ['https://mirror.example/debian-security'],
        suites: ['bookworm-security'],
        components: ['main'],
      },
    ]))
  test('a keyring is a path, not a key written out', () =>
    expect(sources.map(({ signedBy }) => signedBy)).toEqual([
      '/usr/share/keyrings/debian-archive-keyring.gpg',
      undefined,
    ]))
})

test('one-line style, with options, comments and flat repositories', () => {
  const text = [
    '# deb http://old.example/debian buster main',
    'deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian trixie main non-free # mine',
    'deb-src http://mirror.example/debian trixie main',
    'deb http://flat.example/ ./',
  ].join('\n')
  expect(parseAptSources('sources.list', text)).toEqual([
    {
      uris: ['http://mirror.example/debian'],
      suites: ['trixie'],
      components: ['main', 'non-free'],
      signedBy: '/k.gpg',
    },
  ])
})

describe('the mirror', () => {
  const mirror = findMirror(parseAptSources('debian.sources', deb822), 'bookworm')
  test("is that of the host's own suite", () =>
    expect(mirror).toEqual({
      archive: 'https://mirror.example/debian',
      security: 'https://mirror.example/debian-security',
      signedBy: '/usr/share/keyrings/debian-archive-keyring.gpg',
    }))
  test('is none where only other distributions and third parties are known', () =>
    expect(
      findMirror(
        parseAptSources(
          'x.list',
          'deb http://other.example/ubuntu noble main\ndeb http://third.example/ nodistro main',
        ),
        '',
      ),
    ).toBeUndefined())
  test('gives stable suites with updates and security, rolling ones alone', () => {
    if (mirror === undefined) throw new Error('no mirror')
    const options = '[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]'
    expect(sourcesFor('trixie', mirror)).toEqual([
      `deb ${options} https://mirror.example/debian trixie main`,
      `deb ${options} https://mirror.example/debian trixie-updates main`,
      `deb ${options} https://mirror.example/debian-security trixie-security main`,
    ])
    expect(sourcesFor('sid', mirror)).toEqual([`deb ${options} https://mirror.example/debian sid main`])
  })
})
