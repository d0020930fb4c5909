import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { inexact, installScripts, type LockFile, type Manifest, scripted, unlicensed, unverified } from './packages.ts';

const root = resolve(__dirname, '../../../..');
const read = <T>(file: string) => JSON.parse(readFileSync(join(root, file), 'utf8')) as T;

describe.each(['package-lock.json', 'tools/node/package-lock.json'])('what %s installs', (file) => {
  const lock = read<LockFile>(file);

  it('When it is installed, then all of it is from the registry and has a checksum', () => {
    expect(unverified(lock)).toEqual([]);
  });

  it('When it is used, then its licence allows it', () => {
    expect(unlicensed(lock)).toEqual([]);
  });
});

describe('our packages', () => {
  it.each(['package.json', 'tools/node/package.json', 'tools/towpath/package.json'])(
    'When %s names a dependency, then it names one version',
    (file) => {
      expect(inexact(read<Manifest>(file))).toEqual([]);
    },
  );

  it('When a package has an install script, then it is known why we do without it', () => {
    const all = ['package-lock.json', 'tools/node/package-lock.json'].flatMap((file) => scripted(read<LockFile>(file)));

    expect(all).toEqual(Object.keys(installScripts).sort());
  });

  it('When npm is run here, then it runs no scripts, and notes exact versions and no registry', () => {
    const settings = readFileSync(join(root, '.npmrc'), 'utf8').split('\n');

    expect(settings).toEqual(
      expect.arrayContaining(['ignore-scripts=true', 'save-exact=true', 'omit-lockfile-registry-resolved=true']),
    );
  });
});

describe('what is found wrong', () => {
  it.each(['^1.0.0', '~1.0.0', '1.x', 'latest', '*', 'git+https://example.org/a.git', 'file:../a', 'npm:b@1.0.0'])(
    'When a dependency is %s, then it is not exact',
    (version) => {
      const manifest = { dependencies: { good: '1.0.0', rc: '1.0.0-beta.17' }, devDependencies: { bad: version } };

      expect(inexact(manifest)).toEqual([`bad: ${version}`]);
    },
  );

  it('When a package is from elsewhere, or nobody knows its checksum, then it is not verified', () => {
    const integrity = 'sha512-abc';
    const packages = {
      '': {},
      'node_modules/good': { integrity },
      'node_modules/ours': { resolved: 'tools/ours', link: true },
      'node_modules/good/node_modules/from-git': { integrity, resolved: 'git+ssh://git@example.org/a.git#1' },
      'node_modules/unknown': {},
      'node_modules/weak': { integrity: 'sha1-abc' },
    };

    expect(unverified({ packages })).toEqual(['from-git', 'unknown', 'weak']);
  });

  it('When a licence is not on the list, or there is none, then it is named', () => {
    const packages = Object.fromEntries(
      ['MIT', 'GPL-3.0', '(GPL-3.0 OR MIT)', 'MIT AND GPL-3.0', undefined].map((license, i) => [
        `node_modules/p${i}`,
        { license },
      ]),
    );

    expect(unlicensed({ packages })).toEqual(['p1: GPL-3.0', 'p3: MIT AND GPL-3.0', 'p4: undefined']);
  });
});
