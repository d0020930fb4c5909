import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Progress } from './progress.ts';

describe('the progress of a sweep', () => {
  const folder = mkdtempSync(join(tmpdir(), 'towpath-progress-'));
  const file = join(folder, 'sweep.progress');

  afterAll(() => rmSync(folder, { recursive: true }));

  it('When a sweep was stopped, then the next one goes on, unless the code is another', () => {
    const stopped = new Progress(file, 'abc');
    stopped.add('seed 1: relay.sent/before');

    expect(new Progress(file, 'abc').has('seed 1: relay.sent/before')).toBe(true);
    expect(new Progress(file, 'abc').has('seed 1: relay.sent/after')).toBe(false);
    expect(new Progress(file, 'def').has('seed 1: relay.sent/before')).toBe(false);
    expect(new Progress(file, 'abc').has('seed 1: relay.sent/before')).toBe(false);
  });

  it('When files were not committed, then nobody knows whether the code is the same', () => {
    new Progress(file, 'abc with changes').add('seed 1: relay.sent/before');

    expect(new Progress(file, 'abc with changes').has('seed 1: relay.sent/before')).toBe(false);
  });

  it('When it came to its end, then the next one begins at its beginning', () => {
    const ended = new Progress(file, 'abc');
    ended.add('seed 1: relay.sent/before');
    ended.forget();

    expect(new Progress(file, 'abc').has('seed 1: relay.sent/before')).toBe(false);
  });
});
