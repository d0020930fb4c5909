import type { INestApplicationContext } from '@nestjs/common';
import { sql } from '@towpath/database';
import { givenService } from '@towpath/testing';

import { AccountRepository } from '../src/accounts/account.repository.ts';
import { rolesCommand } from '../src/accounts/roles.command.ts';
import { UserModule } from '../src/user.module.ts';
import { meanwhile } from './meanwhile.ts';
import { goesOn, hasEnded, Person } from './people.ts';
import { userSettings } from './secret-files.ts';

describe('roles command', () => {
  const shop = givenService(UserModule, { environment: userSettings });
  let ada: Person;
  let printed: string[];
  beforeEach(async () => {
    printed = [];
    jest.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
    await shop.database.rows(sql`UPDATE account SET roles = ARRAY['customer']`);
    ada = await Person.register(shop);
  });
  afterEach(() => jest.restoreAllMocks());

  const run = (...args: string[]) =>
    rolesCommand.run({ get: shop.get.bind(shop) } as INestApplicationContext, [...args, '--by', 'anna']);
  const rolesOf = async ({ email }: Person) =>
    (await shop.database.one<{ roles: string[] }>(sql`SELECT roles FROM account WHERE email = ${email}`)).roles;
  const noted = ({ email }: Person) =>
    shop.database.rows(sql`
      SELECT e.actor, e.action, e.detail FROM audit_event e JOIN account a ON a.id::text = e.subject
      WHERE a.email = ${email} ORDER BY e.id`);

  it('When a role is granted, then the person has it and must log in again, and that is noted', async () => {
    const tokens = await ada.logIn();

    await run('grant', ada.email.toUpperCase(), 'admin');

    expect(await rolesOf(ada)).toEqual(['customer', 'admin']);
    expect(await ada.standing(tokens)).toEqual(hasEnded);
    expect((await ada.refresh(tokens.refreshToken)).status).toBe(401);
    expect((await ada.me(await ada.logIn())).body.roles).toEqual(['customer', 'admin']);
    expect(await noted(ada)).toEqual([{ actor: 'operator:anna', action: 'role.granted', detail: { role: 'admin' } }]);
    expect(printed).toEqual([`Granted: admin, ${ada.email}. Whoever was logged in there has to log in again.`]);
  });

  it('When a role is revoked, then no token of the person speaks of it any more', async () => {
    const grace = await Person.register(shop, 'Grace');
    for (const person of [ada, grace]) await run('grant', person.email, 'admin');
    const tokens = await ada.logIn();
    const hers = await grace.logIn();

    await run('revoke', ada.email, 'admin');

    expect(await rolesOf(ada)).toEqual(['customer']);
    expect(await ada.standing(tokens)).toEqual(hasEnded);
    expect(await grace.standing(hers)).toEqual(goesOn);
    expect((await noted(ada)).at(-1)).toEqual({
      actor: 'operator:anna',
      action: 'role.revoked',
      detail: { role: 'admin' },
    });
  });

  it('When two admins are revoked at once, then the last one stays', async () => {
    const grace = await Person.register(shop, 'Grace');
    for (const person of [ada, grace]) await run('grant', person.email, 'admin');

    const revoked = meanwhile(shop, {
      first: async (tx) => {
        const accounts = shop.get(AccountRepository);
        await accounts.holdAdmins(tx);
        await accounts.setRoles(tx, (await accounts.findByEmail(grace.email))!.id, ['customer']);
      },
      ask: () => run('revoke', ada.email, 'admin'),
    });

    await expect(revoked).rejects.toThrow('This is the last admin.');
    expect(await rolesOf(ada)).toEqual(['customer', 'admin']);
  });

  const refused: [string, (email: string) => string[], string][] = [
    ['the last admin', (email) => ['revoke', email, 'admin'], 'This is the last admin.'],
    ['one that is there', (email) => ['grant', email, 'admin'], 'already has the role admin'],
    ['nobody', () => ['grant', 'nobody@example.com', 'admin'], 'Nobody is registered as nobody@example.com.'],
    ['no address', () => ['grant', 'nobody', 'admin'], 'nobody is no e-mail address.'],
    ['no role', (email) => ['grant', email], 'Use:'],
    ['an unknown role', (email) => ['grant', email, 'king'], 'Use:'],
    ['an unknown action', (email) => ['burn', email, 'admin'], 'Use:'],
    ['too much', (email) => ['grant', email, 'admin', 'customer'], 'Use:'],
    ['an unknown option', (email) => ['grant', email, 'admin', '--yes'], 'Use:'],
    ['nothing', () => [], 'Use:'],
  ];

  it.each(refused)('When it is asked for %s, then it says why and changes nothing', async (_, words, message) => {
    await run('grant', ada.email, 'admin');
    const tokens = await ada.logIn();

    await expect(run(...words(ada.email))).rejects.toThrow(message);

    expect(await rolesOf(ada)).toEqual(['customer', 'admin']);
    expect(await ada.standing(tokens)).toEqual(goesOn);
  });

  it('When a role is revoked that is not there, or the only one, then it says so', async () => {
    await expect(run('revoke', ada.email, 'admin')).rejects.toThrow('does not have the role admin');
    await expect(run('revoke', ada.email, 'customer')).rejects.toThrow('its only one');
    expect(await rolesOf(ada)).toEqual(['customer']);
  });

  it('When nobody says who asks for it, then nothing changes', async () => {
    const words = ['grant', ada.email, 'admin'];

    await expect(rolesCommand.run({ get: shop.get.bind(shop) } as INestApplicationContext, words)).rejects.toThrow(
      '--by is missing',
    );

    expect(await rolesOf(ada)).toEqual(['customer']);
  });
});
