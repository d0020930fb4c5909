import { createInterface } from 'node:readline/promises';

import type { INestApplicationContext } from '@nestjs/common';
import { sql, type ThrowAwayDatabase } from '@towpath/database';

import { deadLettersCommand } from '../dead-letters.command.ts';
import { DeadLetters } from '../index.ts';
import { directEnvironments } from './direct-environment.ts';
import { databaseOf, Node } from './node.ts';
import { envelope } from './readings.ts';

jest.mock('node:readline/promises');

const somebodyIsThere = (isTTY: boolean) =>
  Object.defineProperty(process.stdin, 'isTTY', { value: isTTY, configurable: true });

function atATerminal(question: (text: string) => Promise<string>): void {
  somebodyIsThere(true);
  jest.mocked(createInterface).mockReturnValue({ question, close: () => undefined } as never);
}

describe('dead-letters command', () => {
  let database: ThrowAwayDatabase;
  let bill: Node;
  let printed: string[];

  beforeAll(async () => {
    database = await databaseOf('bill');
    bill = await Node.start('bill', { environment: (await directEnvironments(['bill'])).bill, database });
  });
  beforeEach(async () => {
    printed = [];
    somebodyIsThere(false);
    jest.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
    await bill.database.rows(sql`DELETE FROM dead_letter`);
    await bill.receive({ id: 'broken', aggregatetype: 'readings', subject: 'meter-1' });
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(async () => {
    await bill.stop();
    await database.drop();
  });

  const reading = envelope({ subject: 'meter-2', data: { meter: 'meter-2', value: 1 } });
  const run = (...args: string[]) =>
    deadLettersCommand.run({ get: bill.get.bind(bill) } as INestApplicationContext, args);
  const audited = (id: string) =>
    bill.database.rows(sql`SELECT actor, action, detail FROM audit_event WHERE subject = ${id}`);
  const letter = async () => (await bill.get(DeadLetters).list())[0];

  it('When they are listed and one is shown, then a person sees what and why', async () => {
    const id = (await letter())?.id ?? '';
    await run('list');
    await run('show', id);

    expect(printed[0]).toContain(`${id}  `);
    expect(printed[0]).toContain('readings  meter-1  invalid-envelope');
    expect(JSON.parse(printed[1] ?? '')).toMatchObject({ id, message_id: 'broken', reason: 'invalid-envelope' });
  });

  it('When one is discarded, then it says who did it and why', async () => {
    const id = (await letter())?.id ?? '';
    expect(await audited(id)).toEqual([]);

    await run('discard', id, '--by', 'anna', '--why', 'sent in error', '--yes');

    expect(
      await bill.database.one(sql`SELECT resolved_by, resolution FROM dead_letter WHERE id::text = ${id}`),
    ).toEqual({
      resolved_by: 'anna',
      resolution: 'discarded: sent in error',
    });
    const detail = { messageId: 'broken', topic: 'readings', aggregateId: 'meter-1', why: 'sent in error' };
    expect(await audited(id)).toEqual([{ actor: 'operator:anna', action: 'dead-letter.discarded', detail }]);
    await run('list');
    expect(printed.at(-1)).toBe('There are no open dead letters.');
  });

  it('When one is redriven, then that is noted as soon as it succeeds, and not before', async () => {
    await bill.database.rows(sql`DELETE FROM dead_letter`);
    bill.react = () => {
      throw new Error('not yet');
    };
    await bill.receive(reading);
    const id = (await letter())?.id ?? '';
    await expect(run('redrive', id, '--by', 'anna', '--why', 'mended')).rejects.toThrow(
      'failed again, nothing has changed',
    );
    expect(await audited(id)).toEqual([]);

    bill.react = () => undefined;
    await run('redrive', id, '--by', 'anna', '--why', 'mended');

    const detail = { messageId: reading.id, topic: 'readings', aggregateId: 'meter-2', why: 'mended' };
    expect(await audited(id)).toEqual([{ actor: 'operator:anna', action: 'dead-letter.redriven', detail }]);
    expect(await letter()).toBeUndefined();
  });

  it.each([
    [[], 'Use:'],
    [['burn'], 'Use:'],
    [['show'], '<id> is missing'],
    [['show', '00000000-0000-0000-0000-000000000000'], 'There is no open dead letter'],
    [['show', 'a; DROP TABLE dead_letter'], 'There is no open dead letter'],
    [['list', '--nonsense'], 'Use:'],
    [['list', 'everything'], 'Use:'],
    [['show', 'one', 'another'], 'Use:'],
    [['discard', 'one', 'another', '--by', 'anna', '--why', 'x', '--yes'], 'Use:'],
    [['toString'], 'Use:'],
    [['redrive', '--by', 'anna', '--why', 'x'], '<id> is missing'],
    [['discard', '--by', 'anna', '--why', 'x', '--yes'], '<id> is missing'],
    [['redrive', 'nobody-knows', '--by', 'anna', '--why', 'x'], 'There is no open dead letter nobody-knows'],
  ])('When the words are %j, then it says what to do and changes nothing', async (args, message) => {
    await expect(run(...args)).rejects.toThrow(message);
    expect(await letter()).toBeTruthy();
  });

  it.each([
    ['without who', ['--why', 'x', '--yes'], '--by is missing'],
    ['without why', ['--by', 'anna', '--yes'], '--why is missing'],
    ['by nobody', ['--by', ' ', '--why', 'x', '--yes'], '--by is missing'],
    ['with nobody there to ask', ['--by', 'anna', '--why', 'x'], 'add --yes'],
  ])('When one is discarded %s, then nothing is', async (_, args, message) => {
    const id = (await letter())?.id ?? '';

    await expect(run('discard', id, ...args)).rejects.toThrow(message);
    expect((await letter())?.id).toBe(id);
  });

  it.each([
    ['without who', ['--why', 'x'], '--by is missing'],
    ['without why', ['--by', 'anna'], '--why is missing'],
  ])('When one is redriven %s, then nothing is', async (_, args, message) => {
    const id = (await letter())?.id ?? '';

    await expect(run('redrive', id, ...args)).rejects.toThrow(message);
    expect((await letter())?.id).toBe(id);
  });

  it.each([
    ['y', 'Discarded: ', false],
    ['Y ', 'Discarded: ', false],
    ['n', 'Nothing was discarded.', true],
    ['', 'Nothing was discarded.', true],
    ['yes, all', 'Nothing was discarded.', true],
  ])('When a person at a terminal answers %j, then it says %j', async (answer, said, stays) => {
    const id = (await letter())?.id ?? '';
    const question = jest.fn().mockResolvedValue(answer);
    atATerminal(question);

    await run('discard', id, '--by', 'anna', '--why', 'x');

    expect(question).toHaveBeenCalledWith('Go on without invalid-envelope message broken of readings/meter-1? [y/N] ');
    expect(printed.at(-1)).toContain(said);
    expect((await letter()) !== undefined).toBe(stays);
  });

  it('When there are more than fit, then the list says so', async () => {
    await bill.database.rows(sql`
      INSERT INTO dead_letter (id, consumer, envelope, reason, error, attempts)
      SELECT gen_random_uuid(), 'bill', '{}', 'invalid-envelope', '', 1 FROM generate_series(1, 100)`);

    await run('list');

    const lines = printed[0]?.split('\n') ?? [];
    expect(lines).toHaveLength(101);
    expect(lines.at(-1)).toBe('There are more than these 100, the oldest.');
  });

  it('When one that cannot be understood is redriven, then it stays', async () => {
    const id = (await letter())?.id ?? '';

    await expect(run('redrive', id, '--by', 'anna', '--why', 'mended')).rejects.toThrow('still cannot be understood');
    expect((await letter())?.id).toBe(id);
  });
});
