import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Link } from '../proxy/link.ts';
import type { Toxic } from '../proxy/toxic.ts';
import { Random } from '../random.ts';
import type { ShopProcess } from '../shop/shop-process.ts';
import { Clock } from './clock.ts';
import { FaultLog } from './fault-log.ts';
import { Nemesis } from './nemesis.ts';

/** A process of nothing but what is asked of it. */
function fakeProcess(name: string, open: () => number, done: string[] = []): ShopProcess {
  const note = (what: string) => Promise.resolve(void done.push(`${what} ${name}`));
  return {
    name,
    kind: 'service',
    service: 'payment',
    pid: 1,
    kill: (downMs) => note(`kill ${downMs}`),
    pause: (ms) => note(`pause ${ms}`),
    terminate: () => note('terminate'),
    down: () => note('down'),
    up: () => note('up'),
    restart: () => note('restart'),
    untilReady: () => Promise.resolve(7),
    inFlight: () => Promise.resolve(open()),
  };
}

function fakeLink(waiting: number, done: string[] = []): Link {
  return {
    name: 'payment-1→postgres-payment',
    from: 'payment-1',
    to: 'postgres-payment',
    set: (...toxics: Toxic[]) => void done.push(`set ${toxics.map(({ kind }) => kind).join('+')}`),
    heal: () => void done.push('heal'),
    reset: () => void done.push('reset'),
    open: 1,
    waiting,
    cuts: 0,
  };
}

describe('nemesis', () => {
  let folder: string;
  let log: FaultLog;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'nemesis-'));
    log = new FaultLog(join(folder, 'faults.jsonl'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  function nemesis(processes: ShopProcess[] = [], links: Link[] = [], end = new AbortController()): Nemesis {
    return new Nemesis({ processes, links }, new Random(1), log, new Clock(end.signal));
  }

  it('When the victim has work, then the fault has hit, and is on disk', async () => {
    const done: string[] = [];

    const record = await nemesis().kill(
      fakeProcess('payment-1', () => 3, done),
      500,
    );

    expect(done).toEqual(['kill 500 payment-1']);
    expect(record).toEqual({
      atMs: expect.any(Number),
      fault: 'kill payment',
      target: 'payment-1',
      detail: 'down for 500 ms',
      inFlight: 3,
      hit: true,
      recoveredMs: 7,
    });
    expect(JSON.parse(readFileSync(join(folder, 'faults.jsonl'), 'utf8'))).toEqual(record);
  });

  it('When the victim is idle at first, then it is struck when it has work', async () => {
    let looks = 0;

    const record = await nemesis().pause(
      fakeProcess('payment-1', () => Number(++looks > 3)),
      100,
    );

    expect([looks, record.hit]).toEqual([4, true]);
  });

  it('When the victim never has work, then the fault is made and counts as one that hit nothing', async () => {
    await nemesis().terminate(fakeProcess('payment-1', () => 0));

    expect(log.counts).toEqual([{ fault: 'terminate payment', made: 1, hit: 0 }]);
  });

  it('When a link is hurt, then who waits for an answer over it counts, and it is healed', async () => {
    const done: string[] = [];
    const link = fakeLink(2, done);

    const record = await nemesis([], [link]).during('partition', [link], [{ kind: 'blackhole' }], 1);

    expect([record.inFlight, done]).toEqual([2, ['set blackhole', 'heal']]);
  });

  it('When only a fetch waits at a broker, then nothing was hit', async () => {
    const broker = { ...fakeProcess('kafka-1', () => 9), kind: 'kafka' as const };
    const link = { ...fakeLink(1), to: 'kafka-1' };

    const record = await nemesis([fakeProcess('payment-1', () => 0), broker], [link]).reset([link]);

    expect(record.hit).toBe(false);
  });

  it('When nobody waits for an answer over a link, then nothing was hit', async () => {
    const link = fakeLink(0);

    const record = await nemesis([fakeProcess('payment-1', () => 2)], [link]).reset([link]);

    expect(record.hit).toBe(false);
  });

  it('When the run ends amid a fault, then the link is healed all the same', async () => {
    const end = new AbortController();
    const done: string[] = [];
    const link = fakeLink(1, done);
    const hurt = nemesis([fakeProcess('payment-1', () => 1)], [link], end).during(
      'slow',
      [link],
      [{ kind: 'slow-close', ms: 1 }],
      60_000,
    );

    while (done.length === 0) await new Promise(setImmediate);
    end.abort(new Error('too late'));

    await expect(hurt).rejects.toThrow('too late');
    expect(done).toEqual(['set slow-close', 'heal']);
  });

  it('When the run has ended, then nobody is hurt any more', async () => {
    const end = new AbortController();
    const done: string[] = [];
    end.abort(new Error('too late'));

    await expect(nemesis([], [], end).kill(fakeProcess('payment-1', () => 1, done))).rejects.toThrow('too late');
    expect(done).toEqual([]);
  });

  it('When all were away at once, then the way back is measured', async () => {
    const done: string[] = [];
    const brokers = ['kafka-1', 'kafka-2'].map((name) => fakeProcess(name, () => 1, done));

    const record = await nemesis().outage('all brokers', brokers, 1);

    expect(done).toEqual(['down kafka-1', 'down kafka-2', 'up kafka-1', 'up kafka-2']);
    expect(record).toEqual({
      atMs: expect.any(Number),
      fault: 'all brokers',
      target: 'kafka-1, kafka-2',
      detail: 'down for 1 ms',
      inFlight: 2,
      hit: true,
      recoveredMs: expect.any(Number),
    });
  });
});
