import { Random } from '../random.ts';
import type { FaultRecord } from '../result.ts';
import { Clock } from './clock.ts';
import { type Share, Storm } from './storm.ts';

const victims = ['a', 'b', 'c'].map((name) => ({ name }));
const record = (target: string, hit: boolean): FaultRecord => ({
  atMs: 0,
  fault: 'kill',
  target,
  inFlight: Number(hit),
  hit,
});
const hitsAlways: Share['hurt'] = ({ name }) => Promise.resolve(record(name, true));

function storm(shares: readonly Share[], seed = 1): Storm {
  return new Storm(shares, new Random(seed), new Clock(new AbortController().signal));
}

async function victimsOf(seed: number): Promise<string[]> {
  const hurt: string[] = [];
  const noted: Share['hurt'] = (victim) => {
    hurt.push(victim.name);
    return hitsAlways(victim, new Random(0));
  };
  await storm([{ hits: 20, victims, hurt: noted }], seed).rage(() => 1, 1);
  return hurt;
}

describe('storm', () => {
  it('When it is over, then every share was brought home', async () => {
    const hurt: string[] = [];
    const share = (kind: string, hits: number): Share => ({
      hits,
      victims,
      hurt: ({ name }) => {
        hurt.push(kind);
        return Promise.resolve(record(name, true));
      },
    });

    await storm([share('kill', 7), share('pause', 3)]).rage(() => 1, 2);

    expect([hurt.filter((kind) => kind === 'kill').length, hurt.filter((kind) => kind === 'pause').length]).toEqual([
      7, 3,
    ]);
  });

  it('When a fault hit nothing, then it is made again until one did', async () => {
    const hits: boolean[] = [];
    const hurt: Share['hurt'] = ({ name }) => {
      hits.push(hits.length % 3 === 2);
      return Promise.resolve(record(name, hits.at(-1) ?? false));
    };

    await storm([{ hits: 4, victims, hurt }]).rage(() => 1, 1);

    expect(hits.filter(Boolean)).toHaveLength(4);
  });

  it('When nothing is ever hit, then the storm fails and says where', async () => {
    const hurt: Share['hurt'] = ({ name }) => Promise.resolve(record(name, false));

    await expect(storm([{ hits: 1, victims, hurt }]).rage(() => 1, 1)).rejects.toThrow(
      'No fault hit work in flight at a, b, c',
    );
  });

  it('When a share cannot be met, then the other lanes stop before the storm fails', async () => {
    let hurting = 0;
    const slow: Share['hurt'] = async ({ name }) => {
      hurting += 1;
      await new Promise(setImmediate);
      hurting -= 1;
      return record(name, true);
    };
    const never: Share['hurt'] = ({ name }) => Promise.reject(new Error(`${name} is gone`));

    const raging = storm([
      { hits: 200, victims, hurt: slow },
      { hits: 1, victims: [{ name: 'd' }], hurt: never },
    ]).rage(() => 1, 3);

    await expect(raging).rejects.toThrow('d is gone');
    expect(hurting).toBe(0);
  });

  it('When two strike at once, then never the same victim', async () => {
    const hurting = new Set<string>();
    const doubles: string[] = [];
    const hurt: Share['hurt'] = async ({ name }) => {
      if (hurting.has(name)) doubles.push(name);
      hurting.add(name);
      await new Promise(setImmediate);
      hurting.delete(name);
      return record(name, true);
    };

    await storm([{ hits: 60, victims: victims.slice(0, 2), hurt }]).rage(() => 1, 4);

    expect(doubles).toEqual([]);
  });

  it('When some victims have work and others have none, then those that have are struck', async () => {
    const hurt: string[] = [];
    const share: Share = {
      hits: 9,
      victims,
      isBusy: ({ name }) => name === 'b',
      hurt: ({ name }) => {
        hurt.push(name);
        return Promise.resolve(record(name, true));
      },
    };

    await storm([share]).rage(() => 1, 1);

    expect(new Set(hurt)).toEqual(new Set(['b']));
  });

  it('When the seed is the same, then the victims are', async () => {
    expect(await victimsOf(42)).toEqual(await victimsOf(42));
    expect(await victimsOf(42)).not.toEqual(await victimsOf(43));
  });

  it('When the load is not far enough, then the storm waits', async () => {
    let progress = 0;
    const at: number[] = [];
    const hurt: Share['hurt'] = ({ name }) => {
      at.push(progress);
      return Promise.resolve(record(name, true));
    };
    const raging = storm([{ hits: 2, victims, hurt }]).rage(() => progress, 1);

    progress = 0.04;
    while (at.length < 1) await new Promise(setImmediate);
    progress = 0.6;
    await raging;

    expect(at).toEqual([0.04, 0.6]);
  });

  it('When the run ends, then the storm does', async () => {
    const end = new AbortController();
    const raging = new Storm([{ hits: 1, victims, hurt: hitsAlways }], new Random(1), new Clock(end.signal)).rage(
      () => 0,
      1,
    );

    end.abort(new Error('too late'));

    await expect(raging).rejects.toThrow('too late');
  });
});
