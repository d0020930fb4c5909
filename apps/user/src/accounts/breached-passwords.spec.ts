import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import fc from 'fast-check';

import { BreachedPasswords } from './breached-passwords.ts';

const sha1 = (password: string) => createHash('sha1').update(password).digest('hex').toUpperCase();

describe('breached passwords', () => {
  let folder: string;
  beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'breached-passwords-'))));
  afterAll(() => rm(folder, { recursive: true }));

  async function within<T>(content: string, look: (passwords: BreachedPasswords) => Promise<T>): Promise<T> {
    const path = join(folder, randomUUID());
    await writeFile(path, content);
    const passwords = await BreachedPasswords.in(path);
    return look(passwords).finally(() => passwords.close());
  }
  const listed = (passwords: readonly string[], end = '\r\n') =>
    passwords
      .map((password, index) => ({ hash: sha1(password), count: 10 ** (index % 9) }))
      .toSorted((a, b) => (a.hash < b.hash ? -1 : 1))
      .map(({ hash, count }) => `${hash}:${count}`)
      .join(end);

  it('When a list has any number of passwords, then it has those and no others', async () => {
    const names = fc.uniqueArray(fc.string({ maxLength: 20 }), { maxLength: 60, minLength: 2 });

    await fc.assert(
      fc.asyncProperty(names, fc.constantFrom('\n', '\r\n'), fc.boolean(), async (all, end, endsInNewline) => {
        const [missing = '', ...known] = all;
        const content = listed(known, end) + (endsInNewline ? end : '');
        const answers = await within(content, (passwords) =>
          Promise.all([...known, missing].map((password) => passwords.has(password))),
        );
        return answers.slice(0, -1).every((has) => has) && answers.at(-1) === false;
      }),
      { numRuns: 100 },
    );
  });

  it.each([
    ['counts', `${sha1('password')}:3861493\n`],
    ['no counts', `${sha1('password')}\n`],
    ['small letters', `${sha1('password').toLowerCase()}\n`],
    ['no end of its last line', sha1('password')],
  ])('When the list has %s, then it is read all the same', async (_, content) => {
    await within(content, async (passwords) => {
      expect(await passwords.has('password')).toBe(true);
      expect(await passwords.has('another password')).toBe(false);
    });
  });

  it('When there is no list, then no password is known', async () => {
    const passwords = await BreachedPasswords.in(undefined);

    expect(await passwords.has('password')).toBe(false);
  });

  it.each([
    ['is empty', ''],
    ['holds passwords', 'password\n123456\n'],
    ['holds shorter hashes', '8846F7EAEE8FB117AD06BDD830B7586C:3\n'],
    ['is sorted by how often', `${sha1('password')}:9\n${sha1('123456')}:12\n${sha1('qwerty')}:3\n${sha1('x')}:1\n`],
    ['has lines longer than any hash', `${sha1('password')}:${'9'.repeat(200)}\n`],
  ])('When the file %s, then the start is refused', async (_, content) => {
    await expect(within(content, async () => undefined)).rejects.toMatchObject({
      name: 'SettingsError',
      message: expect.stringMatching(/^BREACHED_PASSWORDS_FILE is refused/),
    });
  });
});
