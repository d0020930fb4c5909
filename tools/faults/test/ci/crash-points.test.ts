import { randomInt } from 'node:crypto';

import { progressSince } from '@towpath/local';

import { crashPoints } from '../../src/crash-points/crash-points.ts';
import { runScenario } from '../../src/run.ts';
import { describeResult } from '../../src/run-summary.ts';

jest.setTimeout(1_800_000);

describe.each(['direct', 'kafka'] as const)('crash points on %s', (transport) => {
  it('When processes die just before and just after each durable step, then every order ends and every invariant holds', async () => {
    const result = await runScenario(crashPoints(1), {
      transport,
      seed: randomInt(1_000_000),
      say: progressSince(performance.now()),
    });
    process.stdout.write(`${describeResult(result)}\n`);

    const { passed, failures, command } = result;
    expect({ passed, failures, command }).toEqual({ passed: true, failures: [], command });
  });
});
