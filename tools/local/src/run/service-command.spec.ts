import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { environment } from '../environment.ts';
import { freePort } from '../free-port.ts';
import { runCommand } from './service-command.ts';

/** Notes what it was run with, and ends as its last argument says. */
const bundle = `
const { writeFileSync } = require('node:fs');
const { DATABASE_URL, LOG_LEVEL, EXTRA } = process.env;
writeFileSync(process.env.NOTES, JSON.stringify({ args: process.argv.slice(2), DATABASE_URL, LOG_LEVEL, EXTRA }));
const last = process.argv.at(-1);
if (last === 'killed') process.kill(process.pid, 'SIGKILL');
process.exit(Number(last) || 0);
`;

describe('command of a service', () => {
  const root = mkdtempSync(join(tmpdir(), 'towpath-command-'));
  const notes = join(root, 'notes.json');
  const database = createServer().listen(0, '127.0.0.1');
  let url: string;

  beforeAll(async () => {
    if (!database.listening) await once(database, 'listening');
    url = `postgres://user:secret@127.0.0.1:${(database.address() as AddressInfo).port}/user_db`;
    for (const service of ['user', 'payment', 'catalog']) {
      mkdirSync(join(root, 'apps', service, 'dist'), { recursive: true });
      writeFileSync(join(root, 'apps', service, 'dist/main.js'), bundle);
    }
  });
  beforeEach(() => settings({ user: { DATABASE_URL: url }, payment: {}, catalog: { DATABASE_URL: url } }));
  afterEach(() => rmSync(notes, { force: true }));
  afterAll(() => {
    database.close();
    rmSync(root, { recursive: true });
  });

  const settings = (all: object) => writeFileSync(join(root, 'settings.json'), JSON.stringify(all));
  const run = (words: string[], env: NodeJS.ProcessEnv = {}, state = root) =>
    runCommand({ root, state }, words, { ...environment, NOTES: notes, ...env });
  const noted = () => JSON.parse(readFileSync(notes, 'utf8'));

  it('When a command has one owner, then its bundle runs it with the settings of the service', async () => {
    expect(await run(['keys', 'rotate', '--by', 'anna'], { EXTRA: 'mine', DATABASE_URL: 'another' })).toBe(0);

    expect(noted()).toEqual({
      args: ['keys', 'rotate', '--by', 'anna'],
      DATABASE_URL: url,
      LOG_LEVEL: 'error',
      EXTRA: 'mine',
    });
  });

  it('When a command has several owners, then the first word says which', async () => {
    expect(await run(['dead-letters', 'catalog', 'show', 'an-id'], { LOG_LEVEL: 'debug' })).toBe(0);

    expect(noted()).toMatchObject({ args: ['dead-letters', 'show', 'an-id'], LOG_LEVEL: 'debug' });
  });

  it.each([
    [['reconcile', '1'], 1],
    [['reconcile', '78'], 78],
    [['reconcile', 'killed'], 137],
  ])('When %j ends, then its exit code is passed on: %d', async (words, code) => {
    expect(await run(words)).toBe(code);
  });

  it('When nothing runs, then it says how to start it', async () => {
    const state = join(root, 'nowhere');

    await expect(run(['keys', 'list'], {}, state)).rejects.toThrow(
      `Nothing runs with its state in ${state}: start it with npm start, and leave it running.`,
    );
  });

  it('When the database is down, then it says whose, where, and what brings it up', async () => {
    const port = await freePort();
    settings({ user: { DATABASE_URL: `postgres://user:secret@127.0.0.1:${port}/user_db` } });

    await expect(run(['keys', 'list'])).rejects.toThrow(
      `The database of user does not answer at 127.0.0.1:${port}. npm start brings it up; if that is running, look into its logs.`,
    );
  });

  it.each([
    [['dead-letters'], 'Say of which service: npm run dead-letters -- <user|payment|catalog> …'],
    [['dead-letters', 'list'], 'Say of which service: npm run dead-letters -- <user|payment|catalog> …'],
    [['burn'], 'Say which command: keys, roles, reconcile, dead-letters.'],
    [['toString'], 'Say which command: keys, roles, reconcile, dead-letters.'],
    [[], 'Say which command: keys, roles, reconcile, dead-letters.'],
  ])('When it is asked for %j, then it tells what there is', async (words, sentence) => {
    await expect(run(words)).rejects.toThrow(sentence);
  });
});
