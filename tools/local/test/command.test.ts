import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { environment } from '../src/environment.ts';
import { newState, removeState, root, Run } from './given-run.ts';

// Real processes: on a busy machine they take their time.
jest.setTimeout(240_000);

describe('commands', () => {
  const state = newState();
  let run: Run;

  beforeAll(async () => {
    run = new Run(state);
    await run.says('Running. Ctrl-C stops everything.');
  });

  afterAll(async () => {
    await run.stop();
    removeState(state);
  });

  const npm = (...words: string[]) => {
    const env = { ...environment, TOWPATH_STATE: state };
    const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', ...words], {
      cwd: root,
      env,
      encoding: 'utf8',
    });
    // npm itself may have something to say about how it is set up.
    return { status, stdout, stderr: stderr.replaceAll(/^npm warn .*\n/gm, '') };
  };
  const keysFile = () => readFileSync(join(state, 'secrets/signing-keys.json'), 'utf8');

  it('When keys are rotated, then the running user service publishes the new one', async () => {
    const { status, stdout, stderr } = npm('keys', '--', 'rotate');

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const [, kid = ''] = /^Added: (\S+)\. It is published now and signs from /.exec(stdout) ?? [];
    expect(keysFile()).toContain(kid);
    const user = run.local.processes.find(({ service }) => service === 'user')?.url;
    await run.until(
      () => spawnSync('curl', ['-s', `${user}/.well-known/jwks.json`], { encoding: 'utf8' }).stdout.includes(kid),
      'it is published',
    );
    expect(npm('keys', '--', 'list').stdout).toMatch(
      new RegExp(`^${kid}  signs from \\S+\\n\\S+  signs since the beginning\\n$`),
    );
  });

  it('When a command refuses, then its reason and its exit code come through', () => {
    const before = keysFile();

    expect(npm('keys', '--', 'rotate')).toEqual({
      status: 1,
      stdout: '',
      stderr: expect.stringMatching(/^user: Key \S+ waits already: .*\n$/),
    });
    expect(keysFile()).toBe(before);
  });

  it('When provider, ledger and orders are compared after the first order, then they agree', () => {
    const { status, stdout } = npm('reconcile');

    expect({ status, stdout }).toEqual({ status: 0, stdout: '1 orders and charges compared.\n' });
  });

  it.each(['catalog', 'order-processor', 'payment'])(
    'When the dead letters of %s are listed, then there are none',
    (service) => {
      expect(npm('dead-letters', '--', service, 'list')).toEqual({
        status: 0,
        stdout: 'There are no open dead letters.\n',
        stderr: '',
      });
    },
  );

  it('When a service has no such command, then it tells which it has', () => {
    expect(npm('dead-letters', '--', 'gateway', 'list')).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^gateway: There is no command "dead-letters"\. There are:\n/),
    });
  });

  it('When settings are left for commands, then nobody else may read them', () => {
    expect(statSync(join(state, 'settings.json')).mode & 0o777).toBe(0o600);
  });
});
