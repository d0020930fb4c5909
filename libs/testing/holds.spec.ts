import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Environment } from '@towpath/config';
import fc from 'fast-check';

import { holds } from './holds.ts';

describe('holding for random values', () => {
  const folder = mkdtempSync(join(tmpdir(), 'towpath-holds-'));
  const notes = join(folder, 'under/failed.jsonl');
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => rmSync(folder, { recursive: true }));

  const tried: number[] = [];
  const small = fc.property(fc.nat(), (value) => {
    tried.push(value);
    expect(value).toBeLessThan(1_000);
  });

  it('When a property fails, then its seed and path are noted, and with them it fails at once for the same value', async () => {
    await expect(holds(small, { notes })).rejects.toThrow('Counterexample: [1000]');

    const { seed, path, ...noted } = JSON.parse(readFileSync(notes, 'utf8'));
    expect(noted).toEqual({
      at: expect.any(String),
      test: expect.getState().currentTestName,
      repeat: `PROPERTY_SEED=${seed} PROPERTY_PATH=${path}`,
      counterexample: '[1000]',
    });
    const set = new Environment({ PROPERTY_SEED: String(seed), PROPERTY_PATH: path });
    jest.spyOn(Environment, 'fromProcess').mockReturnValue(set);
    tried.length = 0;
    await expect(holds(small, { notes })).rejects.toThrow('Counterexample: [1000]');
    expect(tried[0]).toBe(1_000);
  });

  it('When a property holds, then nothing is noted and all runs are made', async () => {
    let runs = 0;

    await holds(
      fc.asyncProperty(fc.nat(), () => void (runs += 1) as never),
      { runs: 7, notes: join(folder, 'none') },
    );

    expect(runs).toBe(7);
    expect(() => readFileSync(join(folder, 'none'))).toThrow('ENOENT');
  });
});
