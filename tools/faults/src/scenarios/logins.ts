import { askToLogIn, Probe } from './probe.ts';
import type { Run } from './scenario.ts';

const everyMs = 250;

/** Somebody logs in all the time meanwhile: customers do so once, and the user service would have nothing to do. */
export async function besideLogins<T>({ shop }: Run, work: () => Promise<T>): Promise<T> {
  const probes = [new Probe(askToLogIn(shop), everyMs), new Probe(askToLogIn(shop), everyMs)];
  try {
    return await work();
  } finally {
    await Promise.all(probes.map((probe) => probe.stop()));
  }
}
