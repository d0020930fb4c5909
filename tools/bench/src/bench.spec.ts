import { type Bench, countFinding, quantile, ratioFinding } from './bench.ts';
import { pairs } from './rounds.ts';
import { run } from './run.ts';

const silent = () => undefined;

describe('bench', () => {
  const slow = ratioFinding(
    'copy / original',
    'ms',
    [
      { reference: 10, product: 20 },
      { reference: 100, product: 400 },
      { reference: 1_000, product: 3_000 },
    ],
    { atMost: 2.5 },
  );
  const clean = countFinding('wrong answers', 0, { atMost: 0 });
  const bench = (...findings: Awaited<ReturnType<Bench['run']>>): Bench => ({
    measures: 'copies',
    run: async () => findings,
  });

  it('When rounds differ, then each is compared in itself and the median counts', () => {
    expect(slow).toEqual({
      figure: 'copy / original',
      reference: '100 ms',
      product: '400 ms',
      value: 3,
      quartiles: [2.5, 3.5],
      goal: { atMost: 2.5 },
      met: false,
      samples: expect.any(Array),
    });
  });

  it.each([
    [0.5, { atMost: 0.5 }, true],
    [0.51, { atMost: 0.5 }, false],
    [0.8, { atLeast: 0.8 }, true],
    [0.79, { atLeast: 0.8 }, false],
    [Number.NaN, { atMost: 1 }, false],
    [Number.NaN, { atLeast: 0 }, false],
  ])('When the value is %d and the goal %j, then it is met: %j', (value, goal, met) => {
    expect(countFinding('any', value, goal).met).toBe(met);
  });

  it('When samples are few, then a quantile lies between two of them', () => {
    expect([quantile([3, 1, 2], 0.5), quantile([1, 2], 0.5), quantile([7], 0.25)]).toEqual([2, 1.5, 7]);
  });

  it('When a goal is missed, then the table says so and the outcome is not good', async () => {
    const { output, allMet } = await run({ copies: bench(slow), answers: bench(clean) }, [], silent);

    expect(allMet).toBe(false);
    expect(output.split('\n').map((line) => line.trim().split(/ {2,}/))).toEqual([
      [''],
      ['figure', 'reference', 'product', 'ratio or count', 'goal'],
      ['copy / original', '100 ms', '400 ms', '3 [2.5 – 3.5]', '≤ 2.5', 'MISSED'],
      ['wrong answers', '0', '≤ 0', 'met'],
      [''],
    ]);
  });

  it('When benches are named, then only those run', async () => {
    const { output, allMet } = await run({ copies: bench(slow), answers: bench(clean) }, ['answers', '--json'], silent);

    expect({ findings: JSON.parse(output), allMet }).toEqual({ findings: [clean], allMet: true });
  });

  it.each([
    [['walk'], 'There is no bench "walk". Usage: npm run bench -- [--json] [copies …]'],
    [['--fast'], "Unknown option '--fast'. Usage: npm run bench -- [--json] [copies …]"],
  ])('When it is asked for %j, then a person is told what there is', async (args, sentence) => {
    await expect(run({ copies: bench(clean) }, args, silent)).rejects.toThrow(sentence);
  });

  it('When two are measured, then each pair is of one round, and the first rounds do not count', async () => {
    let reference = 0;
    let product = 0;

    const measured = await pairs(silent, { reference: async () => ++reference, product: async () => ++product });

    expect(measured).toEqual(Array.from({ length: 21 }, (_, index) => ({ reference: index + 4, product: index + 4 })));
  });
});
