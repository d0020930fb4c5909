import { setTimeout as sleep } from 'node:timers/promises';

import type { Say } from '@towpath/local';

import { type CheckedShop, messagingServices, ofEach, openDatabases } from './evidence.ts';
import type { Expected } from './expected.ts';
import { UnfinishedRepository } from './unfinished.repository.ts';

/** How a shop came to rest after the faults. */
export interface Settled {
  /** Until nothing was left to do; null when that took too long. */
  readonly afterMs: number | null;
  /** What is left, counted. */
  readonly left: Left;
}

export interface Left {
  /** Orders that are not settled. */
  readonly orders: number;
  /** Orders that hold goods. */
  readonly reservations: number;
  /** Messages that were not published. */
  readonly unpublished: number;
  /** Open operations at the payment provider. */
  readonly operations: number;
  /** Messages that wait for those before them. */
  readonly waiting: number;
}

type Unfinished = Record<(typeof messagingServices)[number], UnfinishedRepository>;

const lookEveryMs = 250;
const tellEveryMs = 5_000;

/** Waits until nothing is left to do, as long as the shop may take for it. */
export async function settle(
  shop: Pick<CheckedShop, 'databases'>,
  withinMs: number,
  say: Say,
  { inReview = [] }: Expected = {},
): Promise<Settled> {
  const databases = openDatabases(shop);
  const unfinished = ofEach((service) => new UnfinishedRepository(databases[service]));
  const startedAt = performance.now();
  const elapsed = () => Math.round(performance.now() - startedAt);
  try {
    for (let toldAt = startedAt; ; await sleep(lookEveryMs)) {
      const left = await look(unfinished, new Set(inReview)).catch(() => undefined);
      if (left && isNothing(left)) return { afterMs: elapsed(), left };
      if (elapsed() > withinMs) return { afterMs: null, left: left ?? (await look(unfinished, new Set(inReview))) };
      if (performance.now() - toldAt < tellEveryMs) continue;
      toldAt = performance.now();
      say(left ? `Left to do: ${describeLeft(left)}.` : 'A database is not back yet.');
    }
  } finally {
    await Promise.all(Object.values(databases).map((database) => database.close()));
  }
}

export const describeLeft = ({ orders, reservations, unpublished, operations, waiting }: Left): string =>
  `${orders} orders, goods held for ${reservations}, ${unpublished} messages to publish, ${operations} operations at the provider, ${waiting} messages that wait`;

async function look(unfinished: Unfinished, inReview: ReadonlySet<string>): Promise<Left> {
  const each = messagingServices.map((service) => unfinished[service]);
  const count = async (items: Promise<{ orderId: string | null }[]>) =>
    (await items).filter(({ orderId }) => !inReview.has(orderId ?? '')).length;
  const sum = async (counts: Promise<number>[]) => (await Promise.all(counts)).reduce((total, one) => total + one, 0);
  const [orders, reservations, operations, unpublished, waiting] = await Promise.all([
    count(unfinished['order-processor'].orders()),
    count(unfinished.catalog.reservations()),
    count(unfinished.payment.operations()),
    sum(each.map((one) => count(one.messages()))),
    sum(each.map((one) => count(one.waiting()))),
  ]);
  return { orders, reservations, unpublished, operations, waiting };
}

const isNothing = (left: Left): boolean => Object.values(left).every((count) => count === 0);
