import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { type LockFile, packagesOf } from './packages.ts';

const repository = resolve(__dirname, '../../../..');
const read = <T>(file: string) => JSON.parse(readFileSync(join(repository, file), 'utf8')) as T;

interface Bill {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly components: readonly Component[];
}

interface Component {
  readonly name: string;
  readonly purl: string;
  readonly licenses?: readonly unknown[];
  readonly hashes?: readonly unknown[];
  readonly properties: readonly { readonly name: string }[];
}

describe('the bill of materials', () => {
  it('When it is written, then all packages are in it, with version, licence and checksum', () => {
    execFileSync(process.execPath, ['tools/towpath/src/supply/sbom.ts'], { cwd: repository, stdio: 'pipe' });

    const bill = read<Bill>('dist/sbom.cdx.json');
    const others = bill.components.filter(({ purl }) => !purl.includes('%40towpath/'));
    const locked = packagesOf(read<LockFile>('package-lock.json'));
    expect(bill).toMatchObject({ bomFormat: 'CycloneDX', specVersion: expect.stringMatching(/^1\.\d$/) });
    expect(others.map(({ purl }) => purl).sort()).toEqual(
      [...new Set(locked.map(([name, { version }]) => `pkg:npm/${name.replace('@', '%40')}@${version}`))].sort(),
    );
    expect(others.filter(({ licenses, hashes }) => !licenses?.length || !hashes?.length)).toEqual([]);
    const onlyForDevelopment = others
      .filter(({ properties }) => properties.some(({ name }) => name === 'cdx:npm:package:development'))
      .map(({ name }) => name);
    expect(onlyForDevelopment).toContain('jest');
    expect(onlyForDevelopment).not.toContain('fastify');
  });
});
