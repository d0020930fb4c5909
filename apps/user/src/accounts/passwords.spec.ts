import { hash } from '@node-rs/argon2';

import { BreachedPasswords } from './breached-passwords.ts';
import { Passwords } from './passwords.ts';

describe('passwords', () => {
  let passwords: Passwords;
  beforeAll(async () => (passwords = new Passwords(await BreachedPasswords.in(undefined))));

  it('When a password is hashed, then the hash says how and matches it alone', async () => {
    const passwordHash = await passwords.hash('correct horse battery');

    expect(passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    await expect(passwords.matches('correct horse battery', passwordHash)).resolves.toBe(true);
    await expect(passwords.matches('correct horse batterz', passwordHash)).resolves.toBe(false);
  });

  it('When there is no hash to compare with, then it is false after the same work', async () => {
    const passwordHash = await passwords.hash('correct horse battery');
    const cpuOf = async (compared: string | undefined) => {
      const before = process.cpuUsage();
      for (let round = 0; round < 5; round += 1) await passwords.matches('another password', compared);
      return process.cpuUsage(before).user;
    };

    await cpuOf(passwordHash);
    const [known, unknown] = [await cpuOf(passwordHash), await cpuOf(undefined)];

    await expect(passwords.matches('anything at all', undefined)).resolves.toBe(false);
    expect(unknown / known).toBeGreaterThan(0.5);
  });

  it.each([
    ['was made with less memory', { memoryCost: 8192, timeCost: 2 }, true],
    ['was made in fewer rounds', { memoryCost: 19_456, timeCost: 1 }, true],
    ['was made at more cost', { memoryCost: 19_456, timeCost: 3 }, false],
  ])('When a hash %s, then outdated is %o', async (_, cost, outdated) => {
    expect(passwords.isOutdated(await hash('correct horse battery', { ...cost, parallelism: 1 }))).toBe(outdated);
  });
});
