import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { refuseFullDisk } from './disk.ts';
import { Logs } from './logs.ts';
import { RunLock } from './run-lock.ts';
import { Secrets } from './secrets.ts';

describe('state folder', () => {
  let state: string;

  beforeEach(() => {
    state = mkdtempSync(join(tmpdir(), 'towpath-state-'));
  });

  afterEach(() => rmSync(state, { recursive: true }));

  it('When secrets are made, then nobody else may read them', () => {
    const secrets = new Secrets(state);

    const files = [
      secrets.firstAdminFile,
      secrets.customerFile,
      secrets.signingKeysFile,
      secrets.providerKeyFile,
      secrets.webhookSecretFile,
    ];

    expect(files.map((file) => (statSync(file).mode & 0o777).toString(8))).toEqual(files.map(() => '600'));
    expect((statSync(join(state, 'secrets')).mode & 0o777).toString(8)).toBe('700');
  });

  it('When a folder is used again, then its secrets are the same, and those of another differ', () => {
    const first = new Secrets(state).databasePassword('user');

    expect(new Secrets(state).databasePassword('user')).toBe(first);
    expect(new Secrets(state).databasePassword('user_owner')).not.toBe(first);
    expect(new Secrets(join(state, 'other')).databasePassword('user')).not.toBe(first);
  });

  it('When a folder is of a time that knew fewer secrets, then it gets those that it lacks and keeps the others', () => {
    const keys = readFileSync(new Secrets(state).signingKeysFile, 'utf8');
    rmSync(new Secrets(state).webhookSecretFile);

    const { signingKeysFile, webhookSecretFile } = new Secrets(state);

    expect(readFileSync(signingKeysFile, 'utf8')).toBe(keys);
    expect(readFileSync(webhookSecretFile, 'utf8')).toMatch(/^whsec_[0-9a-f]{48}\n$/);
  });

  it('When a public key is told, then the private part stays here', () => {
    const secrets = new Secrets(state);

    const publicKey = JSON.parse(JSON.stringify(secrets.messagePublicKey('payment')));

    const { d, ...rest } = JSON.parse(readFileSync(secrets.messageKeyFile('payment'), 'utf8'));
    expect(d).toEqual(expect.any(String));
    expect(publicKey).toEqual(rest);
  });

  it('When a run has the folder, then a second one names it', async () => {
    const holder = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', 'tools/local/src/start.ts']);
    await once(holder, 'spawn');
    writeFileSync(join(state, 'run.pid'), String(holder.pid));

    expect(() => new RunLock(state)).toThrow(`Towpath is already running as process ${holder.pid}`);
    holder.kill();
  });

  it.each([
    ['a process that is gone', () => '999999999'],
    ['another program', () => String(process.ppid)],
    ['nothing', () => ''],
  ])('When the run that had the folder was killed and its number means %s, then a new one may have it', (_, pid) => {
    writeFileSync(join(state, 'run.pid'), pid());

    const lock = new RunLock(state);

    expect(readFileSync(join(state, 'run.pid'), 'utf8')).toBe(String(process.pid));
    lock.release();
    expect(readdirSync(state)).toEqual([]);
  });

  it('When the disk has too little room, then it says how much there is and how much it takes', () => {
    expect(() => refuseFullDisk(state, 10 ** 9)).toThrow(
      /^The disk of \S+ has \d+ MB left, and 1000000000 MB are needed\. Free some space and start again\.$/,
    );
  });

  it('When a run begins, then the logs of the last one are gone', () => {
    mkdirSync(join(state, 'logs'));
    writeFileSync(join(state, 'logs/old.log'), 'old');

    new Logs(state);

    expect(existsSync(join(state, 'logs/old.log'))).toBe(false);
  });
});
