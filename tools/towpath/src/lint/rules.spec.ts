import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

type Case = [rule: string, file: string, source: string];

const lines = (count: number, line: string) => Array.from({ length: count }, () => line).join('\n');
const useCase = 'apps/user/src/users/register.use-case.ts';

const wrong: Case[] = [
  ['driver/imports', useCase, `import { Pool } from 'pg';`],
  ['broker/imports', useCase, `import { ClientProxy } from '@nestjs/microservices';`],
  ['broker/imports', 'libs/cache/cache.ts', `import { Kafka } from 'kafkajs';`],
  ['redis/imports', 'libs/cache/cache.ts', `import { Redis } from 'ioredis';`],
  ['environment/property', useCase, 'export const port = process.env.PORT;'],
  ['environment/property', useCase, 'export const { env } = process;'],
  ['environment/property', 'tools/local/src/start.ts', 'export const port = process.env.PORT;'],
  ['environment/imports', useCase, `import { env } from 'node:process';`],
  ['sql/syntax', useCase, 'export const all = sql`select id from users`;'],
  ['sql/syntax', useCase, `export const all = 'SELECT id FROM users';`],
  ['sql/syntax', 'apps/user/src/main.ts', 'export const drop = (id: string) => `delete from users where id = ${id}`;'],
  ['sql/syntax', 'tools/local/src/start.ts', `export const create = 'create database user_db';`],
  ['money/syntax', useCase, 'export const total = (priceMinor: number) => priceMinor * 3;'],
  ['money/syntax', useCase, 'export const left = (paid: Payment) => 100 - paid.refundedMinor;'],
  ['money/syntax', useCase, 'export const half = (row: Row) => row.amount_minor / 2;'],
  ['money/syntax', useCase, 'export const owed = (row: Row) => -row.amount_minor;'],
  ['money/syntax', useCase, 'export function raise(paid: Payment) {\n  paid.amountMinor += 1;\n}'],
  ['money/syntax', useCase, 'export function raise(paid: Payment) {\n  paid.amountMinor++;\n}'],
  ['money/syntax', 'libs/api/money.ts', 'export const all = list.reduce((sum, { amount }) => sum + amount, 0);'],
  [
    'emit/syntax',
    'libs/messaging/direct-transport.ts',
    `export const tell = (client: ClientProxy) => client.emit('placed', {});`,
  ],
  ['door/imports', useCase, `import { Outbox } from '@towpath/messaging/outbox.ts';`],
  ['extension/imports', useCase, `import { User } from './user';`],
  ['extension/imports', useCase, `export { User } from '../user.js';`],
  ['extension/imports', useCase, `import { users } from '..';`],
  ['pure/syntax', 'apps/order-processor/src/orders/order.machine.ts', `import { money } from '@towpath/messages';`],
  ['pure/syntax', 'libs/messaging/gate.ts', `import { Inbox } from './inbox.ts';`],
  [
    'model/imports',
    'tools/model/src/order.ts',
    `import { Order } from '../../../apps/order-processor/src/orders/order.ts';`,
  ],
  ['model/imports', 'tools/model/src/order.ts', `import { Inbox } from '../../../libs/messaging/inbox.ts';`],
  ['model/imports', 'tools/model/src/order.ts', `import { Inbox } from '@towpath/messaging';`],
  ['names/syntax', useCase, 'export class UserManager {}'],
  ['names/syntax', useCase, 'export interface IUser { id: string }'],
  ['explicit/syntax', 'libs/cache/index.ts', `export * from './cache.ts';`],
  ['no-restricted-exports', useCase, 'export default class Register {}'],
  ['no-restricted-exports', useCase, 'const register = 1;\nexport { register as default };'],
  ['@typescript-eslint/no-explicit-any', useCase, 'export const seen = (value: any) => value as number;'],
  ['simple-import-sort/imports', useCase, `import { b } from 'b';\nimport { a } from 'a';\nexport const c = a + b;`],
  ['simple-import-sort/exports', 'libs/cache/index.ts', `export { b } from './b.ts';\nexport { a } from './a.ts';`],
  ['no-warning-comments', useCase, '// TODO: later'],
  ['titles/syntax', 'apps/user/test/register.test.ts', `it('should register', () => {});`],
  ['titles/syntax', 'apps/user/test/register.test.ts', `it.each([1])('should register', () => {});`],
  ['titles/syntax', 'apps/user/test/register.test.ts', `it.skip('should register', () => {});`],
  ['max-lines', useCase, lines(201, 'f();')],
  ['max-lines', 'apps/user/test/register.test.ts', lines(301, 'f();')],
  ['max-lines', 'apps/user/README.md', lines(61, 'words')],
  ['max-lines', 'libs/cache/README.md', lines(61, 'words')],
  ['max-lines-per-function', useCase, `export function f() {\n${lines(39, 'f();')}\n}`],
  ['max-depth', useCase, 'export function f(a) { if (a) { while (a) { if (a) { if (a) { f(); } } } } }'],
  [
    '@typescript-eslint/max-params',
    useCase,
    'export class A { constructor(a, b, c, d, e, f) { super(a, b, c, d, e, f); } }',
  ],
  ['towpath/path', 'apps/user/src/users/register/by/mail.ts', ''],
  ['towpath/path', `apps/user/src/${'a'.repeat(38)}.ts`, ''],
  ['towpath/path', 'apps/user/src/RegisterUser.ts', ''],
  ['towpath/path', `apps/user/migrations/${'a'.repeat(37)}.sql`, ''],
  [
    '@typescript-eslint/consistent-type-imports',
    'tools/local/src/a.ts',
    `import { A } from 'a';\nexport const f = (a: A) => a;`,
  ],
];

const right: Case[] = [
  ['driver/imports', 'libs/database/database.ts', `import { Pool } from 'pg';`],
  ['broker/imports', 'libs/messaging/direct-client.ts', `import { ClientProxy } from '@nestjs/microservices';`],
  ['broker/imports', 'tools/faults/src/kafka/back-door.ts', `import { Kafka } from 'kafkajs';`],
  ['redis/imports', 'libs/redis/connect.ts', `import { Redis } from 'ioredis';`],
  ['environment/property', 'libs/config/environment.ts', 'export const all = process.env;'],
  ['environment/property', 'tools/local/src/environment.ts', 'export const port = process.env.PORT;'],
  ['sql/syntax', 'apps/user/src/users/user.repository.ts', 'export const all = sql`select id from users`;'],
  ['sql/syntax', useCase, `export const words = 'Select one of the products';`],
  ['sql/syntax', 'apps/user/test/register.test.ts', 'export const all = sql`select id from users`;'],
  ['money/syntax', useCase, 'export const isMore = (paid: Payment) => paid.amountMinor > paid.refundedMinor;'],
  ['money/syntax', 'libs/money/money.ts', 'export const total = (priceMinor: number) => priceMinor * 3;'],
  ['money/syntax', 'apps/user/test/register.test.ts', 'export const total = (priceMinor: number) => priceMinor * 3;'],
  ['emit/syntax', 'tools/local/src/start.ts', `export const tell = (events) => events.emit('started');`],
  ['extension/imports', useCase, `import { User } from './user.ts';`],
  ['model/imports', 'tools/model/src/order.ts', `import { admit } from '../../../libs/messaging/gate.ts';`],
  [
    'model/imports',
    'tools/model/src/order.ts',
    `import { react } from '../../../apps/order-processor/src/orders/order.machine.ts';`,
  ],
  ['pure/syntax', 'apps/user/src/order.machine.ts', `import type { Status } from './order.ts';`],
  [
    '@typescript-eslint/no-explicit-any',
    'apps/user/test/register.test.ts',
    'export const seen = (value: any) => value;',
  ],
  ['titles/syntax', 'apps/user/test/register.test.ts', `it('When a name is taken, then it is refused', () => {});`],
  ['max-lines', useCase, lines(200, 'f();\n\n// why')],
  ['max-lines', 'apps/user/README.md', lines(60, 'words')],
  ['max-lines', 'README.md', lines(100, 'words')],
  ['max-lines-per-function', useCase, `export function f() {\n${lines(38, 'f();')}\n}`],
  ['max-depth', useCase, 'export function f(a) { if (a) { while (a) { if (a) { f(); } } } }'],
  ['@typescript-eslint/max-params', useCase, 'export class A { constructor(a, b, c, d, e) { super(a, b, c, d, e); } }'],
  ['towpath/path', 'apps/user/src/users/register.use-case.ts', ''],
];

describe('lint rules', () => {
  const root = resolve(__dirname, '../../../..');
  const output = execFileSync(process.execPath, [resolve(__dirname, 'lint-texts.ts')], {
    cwd: root,
    input: JSON.stringify([...wrong, ...right].map(([, file, source]) => [file, source])),
    encoding: 'utf8',
  });
  const found = JSON.parse(output) as string[][];

  it('When something is forbidden, then there is an example of it here', () => {
    const config = readFileSync(resolve(root, 'eslint.config.mjs'), 'utf8');
    const forbidden = [...config.matchAll(/^ {2}forbid\('(\w+)'/gm)].map(([, name]) => name);

    expect(forbidden.filter((name) => !wrong.some(([rule]) => rule.startsWith(`${name}/`)))).toEqual([]);
    expect(forbidden).toContain('driver');
  });

  it.each(wrong.map((example, i) => [...example, found[i]] as const))(
    'When %s is broken in %s, then it is an error',
    (rule, _, __, rules) => {
      expect(rules).toContain(rule);
    },
  );

  it.each(right.map((example, i) => [...example, found[wrong.length + i]] as const))(
    'When %s is kept in %s, then it is no error',
    (rule, _, __, rules) => {
      expect(rules.filter((id) => id === rule || id.startsWith('Parsing'))).toEqual([]);
    },
  );
});
