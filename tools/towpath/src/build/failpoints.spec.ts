import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { bundleSource } from './bundle.ts';

const root = resolve(__dirname, '../../../..');
const passes = `
  import { failpoint } from '@towpath/failpoints';
  for (let pass = 1; pass <= 3; pass += 1) {
    console.log(pass);
    failpoint('checkout.commit', 'before');
    failpoint('checkout.commit', 'after');
  }`;

describe('failpoints', () => {
  const folder = mkdtempSync(join(tmpdir(), 'towpath-failpoint-'));
  const file = join(folder, 'failpoint');
  const built = join(folder, 'test-build.mjs');
  const shipped = join(folder, 'shipped.mjs');

  beforeAll(async () => {
    await bundleSource(root, passes, built, { forFaults: true });
    await bundleSource(root, passes, shipped);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const run = (program: string, env: Record<string, string>) => {
    const { stdout, signal } = spawnSync(process.execPath, [program], { env, encoding: 'utf8' });
    return { passed: stdout.trim().split('\n').length, signal };
  };

  it('When a place is named, then the process dies there, at the time that is named', () => {
    expect(run(built, {})).toEqual({ passed: 3, signal: null });
    expect(run(built, { FAILPOINT: 'checkout.commit/before:2' })).toEqual({ passed: 2, signal: 'SIGKILL' });
    expect(run(built, { FAILPOINT: 'checkout.commit/after' })).toEqual({ passed: 1, signal: 'SIGKILL' });
    expect(run(built, { FAILPOINT: 'relay.sent/after' })).toEqual({ passed: 3, signal: null });
  });

  it('When a file names it, then one process dies of it', () => {
    writeFileSync(file, 'checkout.commit/after:3\n');

    expect(run(built, { FAILPOINT_FILE: file })).toEqual({ passed: 3, signal: 'SIGKILL' });
    expect(readdirSync(folder)).not.toContain('failpoint');
    expect(run(built, { FAILPOINT_FILE: file })).toEqual({ passed: 3, signal: null });
  });

  it('When it is what is shipped, then there is no such place', () => {
    expect(run(shipped, { FAILPOINT: 'checkout.commit/before' })).toEqual({ passed: 3, signal: null });
  });
});
