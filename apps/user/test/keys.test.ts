import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import type { INestApplicationContext } from '@nestjs/common';
import { signAccessToken } from '@towpath/auth';
import { newId, sql } from '@towpath/database';
import { givenService } from '@towpath/testing';
import { decodeProtectedHeader } from 'jose';

import { keysCommand } from '../src/sessions/signing-keys.command.ts';
import { SigningKeys } from '../src/sessions/signing-keys.ts';
import { UserConfig } from '../src/user.config.ts';
import { UserModule } from '../src/user.module.ts';
import { Person } from './people.ts';
import { userSettings } from './secret-files.ts';

interface KeysFile {
  readonly keys: readonly { readonly kid: string; readonly activeFrom?: string }[];
}

describe('keys command', () => {
  const shop = givenService(UserModule, { environment: userSettings });
  let printed: string[];
  let first: string;

  beforeEach(() => {
    printed = [];
    jest.spyOn(console, 'log').mockImplementation((text: string) => void printed.push(...text.split('\n')));
    first ??= file().keys[0]?.kid ?? '';
  });
  afterEach(() => jest.restoreAllMocks());

  const path = () => shop.get(UserConfig).signingKeysFile;
  const file = () => JSON.parse(readFileSync(path(), 'utf8')) as KeysFile;
  const run = (...args: string[]) => keysCommand.run({ get: shop.get.bind(shop) } as INestApplicationContext, args);
  const published = async () =>
    (await shop.http.get('/.well-known/jwks.json')).body.keys.map(({ kid }: { kid: string }) => kid);
  const noted = () =>
    shop.database.rows(
      sql`SELECT actor, subject, detail FROM audit_event WHERE action = 'signing-key.rotated' ORDER BY id`,
    );

  /** As if the newest key had waited, or signed, for that long. */
  function age(minutes: number): void {
    const [newest, ...others] = file().keys;
    const activeFrom = new Date(Date.now() - minutes * 60_000).toISOString();
    writeFileSync(path(), JSON.stringify({ keys: [{ ...newest, activeFrom }, ...others] }));
  }

  it('When the keys are rotated, then the new one is published at once, waits 20 min, and that is noted', async () => {
    const asked = Date.now();

    await run('rotate', '--by', 'anna');

    const [added] = file().keys;
    const waitsMs = Date.parse(added?.activeFrom ?? '') - asked;
    expect(Math.round(waitsMs / 60_000)).toBe(20);
    expect(printed).toEqual([`Added: ${added?.kid}. It is published now and signs from ${added?.activeFrom}.`]);
    expect(await noted()).toEqual([
      { actor: 'operator:anna', subject: added?.kid, detail: { activeFrom: added?.activeFrom, dropped: [] } },
    ]);
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    expect(readdirSync(dirname(path())).filter((name) => name.endsWith('.next'))).toEqual([]);
    await shop.eventually(published).toEqual([added?.kid, first]);
  });

  it('When a key waits already, then another is not added', async () => {
    const before = file();

    await expect(run('rotate', '--by', 'anna')).rejects.toThrow(
      /^Key \S+ waits already: it signs from \S+Z\. Rotate again/,
    );

    expect(file()).toEqual(before);
    expect(await noted()).toHaveLength(1);
  });

  it('When the time of the new key has come, then it signs without a restart, and tokens of the old one hold', async () => {
    const old = await signAccessToken(
      shop.get(SigningKeys).current,
      { id: newId(), roles: [], sessionId: newId() },
      60_000,
    );
    const ada = await Person.register(shop);
    const before = await ada.logIn();
    expect(decodeProtectedHeader(old).kid).toBe(first);

    age(1);

    const signing = async () => decodeProtectedHeader((await ada.logIn()).accessToken).kid;
    await shop.eventually(signing).toBe(file().keys[0]?.kid);
    expect((await ada.me(before)).status).toBe(200);
    expect((await ada.me(await ada.logIn())).status).toBe(200);
  });

  it('When the keys are listed, then it is told which one signs', async () => {
    await shop.eventually(async () => shop.get(SigningKeys).current.publicJwk.kid).toBe(file().keys[0]?.kid);

    await run('list');

    const [newest] = file().keys;
    expect(printed).toEqual([
      `${newest?.kid}  signs since ${newest?.activeFrom}`,
      `${first}  signed since the beginning`,
    ]);
  });

  it('When a key has been followed for 20 min, then the next rotation drops it', async () => {
    age(21);
    const [successor] = file().keys;

    await run('rotate');

    expect(file().keys.map(({ kid }) => kid)).toEqual([expect.any(String), successor?.kid]);
    expect(printed.at(-1)).toBe(`Dropped: ${first}. No token that it signed is alive.`);
    expect((await noted()).at(-1)).toMatchObject({
      actor: expect.stringMatching(/^operator:./),
      detail: { dropped: [first] },
    });
  });

  it('When somebody else is rotating, or was cut off, then nothing changes and the way out is told', async () => {
    age(1);
    const before = file();
    writeFileSync(`${path()}.next`, '');

    await expect(run('rotate')).rejects.toThrow(
      `Somebody else is rotating just now, or was cut off: then remove ${path()}.next.`,
    );

    expect(file()).toEqual(before);
    expect(readdirSync(dirname(path()))).toContain('signing-keys.json.next');
  });

  it.each([[[]], [['burn']], [['rotate', 'twice']], [['rotate', '--now']]])(
    'When it is asked for %j, then it tells what there is',
    async (args) => {
      await expect(run(...args)).rejects.toThrow('Use:\n  keys list\n  keys rotate [--by <who>]');
    },
  );
});
