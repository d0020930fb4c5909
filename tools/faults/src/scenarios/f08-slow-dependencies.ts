import type { Toxic } from '../proxy/toxic.ts';
import { unwantedAnswers } from './answers.ts';
import { atMost, told } from './finding.ts';
import { askForProducts, Probe } from './probe.ts';
import type { Run, Scenario } from './scenario.ts';

const baselineMs = 15_000;
const eachMs = 8_000;

/** Slow in every way that a network or a neighbour can be. */
const slownesses: readonly (readonly [string, Toxic[]])[] = [
  ['2 s slower', [{ kind: 'latency', ms: 2_000 }]],
  ['30 s slower', [{ kind: 'latency', ms: 30_000 }]],
  ['a byte a second', [{ kind: 'throttle', bytesPerSecond: 1 }]],
  [
    'unsteady',
    [
      { kind: 'latency', ms: 300, jitterMs: 300 },
      { kind: 'slicer', bytes: 64, pauseMs: 5 },
    ],
  ],
];

export const slowDependencies: Scenario = {
  id: 'F8',
  title: 'What services depend on becomes slow: 2 s, 30 s, a byte a second, unsteady',
  transports: ['direct', 'kafka'],
  orders: 600,
  load: { perSecond: 5 },
  deadlineMs: 480_000,
  async faults(run) {
    const { shop, clock, nemesis } = run;
    const probe = new Probe(askForProducts(shop), 40);
    try {
      await run.load.reached(0.02);
      const from = Date.now();
      await clock.sleep(baselineMs);
      const to = Date.now();
      for (const [how, toxics] of slownesses) {
        for (const [from, to] of dependencies)
          await nemesis.during(`${to} ${how}`, shop.link(from, to), toxics, eachMs);
      }
      compare(run, probe.between(from, to), probe.between(to, Date.now()));
    } finally {
      await probe.stop();
    }
  },
  async also(run) {
    run.found(await unwantedAnswers(run.history));
  },
};

/** None of them is needed to show what the shop sells. */
const dependencies = [
  ['order-processor', 'postgres-order-processor'],
  ['payment', 'payment-sandbox'],
  ['gateway', 'order-processor'],
] as const;

/** The other routes do not notice. */
function compare(run: Run, before: { p99Ms: number }, beside: { p99Ms: number; asked: number; good: number }): void {
  run.found(told('p99 of another route before', before.p99Ms, 'ms'));
  run.found(atMost('p99 of another route beside slow dependencies / before', beside.p99Ms / before.p99Ms, 2, ''));
  run.found(atMost('requests of another route that failed', beside.asked - beside.good, 0, ''));
}
