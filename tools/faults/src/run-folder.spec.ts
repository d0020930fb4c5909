import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { RunFolder } from './run-folder.ts';

describe('the folder of a run', () => {
  let runs: string;

  beforeEach(() => {
    runs = mkdtempSync(join(tmpdir(), 'runs-'));
  });

  afterEach(() => rmSync(runs, { recursive: true }));

  it('When a run is repeated, then its folder begins empty', () => {
    writeFileSync(new RunFolder('F7', 'kafka', 42, runs).file('history.jsonl'), 'old');

    const again = new RunFolder('F7', 'kafka', 42, runs);

    expect([again.path, readdirSync(again.path)]).toEqual([join(runs, 'f7-kafka-42'), []]);
  });

  it('When a run passed, then only what a report needs is kept', () => {
    const folder = new RunFolder('gate', 'direct', 1, runs);
    folder.writeCommand('npm run faults -- gate');
    for (const name of ['result.json', 'faults.jsonl', 'history.jsonl']) writeFileSync(folder.file(name), '');
    mkdirSync(folder.file('shop/secrets'), { recursive: true });

    folder.trim();

    expect(readdirSync(folder.path).toSorted()).toEqual(['command.txt', 'faults.jsonl', 'result.json']);
    expect(existsSync(folder.file('shop'))).toBe(false);
  });
});
