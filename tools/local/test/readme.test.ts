import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { readOptions } from '../src/run/options.ts';
import { newState, removeState, root, Run, shell } from './given-run.ts';

// Real processes: on a busy machine they take their time.
jest.setTimeout(120_000);

const readme = readFileSync(join(root, 'README.md'), 'utf8');
const commands = [...readme.matchAll(/^```sh\n([^]*?)^```$/gm)]
  .flatMap(([, block]) => block.replaceAll('\\\n', ' ').split('\n'))
  .map((line) => line.replace(/ +#.*$/, '').trim())
  .filter(Boolean);

const isStart = (command: string) => command.startsWith('npm start');
const isCommand = (command: string) => /^npm run (keys|reconcile|dead-letters)/.test(command);
const isScript = (command: string) => /^npm (test|run )/.test(command) && !isCommand(command);

describe('README', () => {
  const state = newState();

  afterAll(() => removeState(state));

  it('When its one-off start is run, then an order completes and all of it stops', async () => {
    expect(commands).toContain('npm start -- --once');

    const run = new Run(state, ['--once']);

    const code = await run.exitCode();
    expect(run.output).toMatch(/is COMPLETED/);
    expect(code).toBe(0);
  });

  it('When the shop is up, then every other command does what it says', async () => {
    const run = new Run(state);
    await run.says('Running. Ctrl-C stops everything.');
    const others = commands.filter((command) => !isStart(command) && !isScript(command));
    const here = others.map((command) =>
      command.replaceAll('http://127.0.0.1:3000', run.local.gateway).replaceAll('.towpath/', `${state}/`),
    );

    const answers = shell([`export TOWPATH_STATE=${state}`, ...here].join('\n'));

    expect(answers).toContain('"status":"COMPLETED"');
    expect(answers).toContain('orders and charges compared');
    expect(answers).toContain('It is published now and signs from');
    expect(answers).toContain('There are no open dead letters.');
    await run.stop();
  });

  it.each(commands.filter(isStart))('When somebody types %s, then its flags are known', (command) => {
    expect(() => readOptions(command.split(' ').slice(3), {}, root)).not.toThrow();
  });

  // They run this test, or take minutes: that they exist is what can be said here.
  it.each(commands.filter(isScript))('When somebody types %s, then there is such a script', (command) => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

    expect(Object.keys(scripts)).toContain(command.split(' ').at(command.startsWith('npm test') ? 1 : 2));
  });

  it('When it points to a file or folder, then that is there', () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path]) => path);

    expect(links.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});
