import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { plainEnvironment } from '../environment.ts';

const repository = resolve(__dirname, '../../../..');

/** A project with our .npmrc that depends on a package whose install script leaves a file behind. */
describe('an install script', () => {
  const folder = mkdtempSync(join(tmpdir(), 'towpath-canary-'));
  const project = join(folder, 'project');
  const traceOfIt = join(folder, 'it-ran');
  afterAll(() => rmSync(folder, { recursive: true }));

  beforeAll(() => {
    const canary = join(folder, 'canary');
    const postinstall = `node -e "require('fs').writeFileSync(process.env.CANARY_FILE, '')"`;
    write(canary, { name: 'canary', version: '1.0.0', scripts: { postinstall } });
    npm(canary, 'pack', '--pack-destination', folder);
    write(project, { name: 'project', dependencies: { canary: 'file:../canary-1.0.0.tgz' } });
    copyFileSync(join(repository, '.npmrc'), join(project, '.npmrc'));
    npm(project, 'install', '--package-lock-only');
  }, 60_000);

  function write(path: string, manifest: object) {
    mkdirSync(path);
    writeFileSync(join(path, 'package.json'), JSON.stringify(manifest));
  }

  function npm(cwd: string, ...args: string[]) {
    const env = plainEnvironment({ CANARY_FILE: traceOfIt });
    execFileSync('npm', [...args, '--offline', '--cache', join(folder, 'cache')], { cwd, env, stdio: 'pipe' });
  }

  it('When packages are installed with our settings, then it does not run', () => {
    npm(project, 'ci');

    expect({ isInstalled: existsSync(join(project, 'node_modules/canary')), ran: existsSync(traceOfIt) }).toEqual({
      isInstalled: true,
      ran: false,
    });
  });

  it('When they are installed without, then it does run', () => {
    npm(project, 'ci', '--ignore-scripts=false');

    expect(existsSync(traceOfIt)).toBe(true);
  });
});
