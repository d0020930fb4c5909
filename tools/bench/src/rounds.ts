import type { Pair } from './bench.ts';
import type { Say } from './terminal.ts';

/** Measures one side once. */
export type Measure = () => Promise<number>;

const warmUps = 3;
/** Of what takes a moment. */
const manyRounds = 21;

/** Measures both in each round, in random order, after some rounds that do not count. */
export async function pairs(
  say: Say,
  sides: Readonly<Record<keyof Pair, Measure>>,
  rounds = manyRounds,
): Promise<Pair[]> {
  const measured: Pair[] = [];
  for (let round = 0; round < warmUps + rounds; round += 1) {
    if (round === warmUps) say(`Warm; ${rounds} rounds follow.`);
    measured.push(await pair(sides));
  }
  return measured.slice(warmUps);
}

async function pair({ reference, product }: Readonly<Record<keyof Pair, Measure>>): Promise<Pair> {
  if (Math.random() < 0.5) return { reference: await reference(), product: await product() };
  const first = await product();
  return { reference: await reference(), product: first };
}
