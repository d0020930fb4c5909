import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { TransportName } from '../shop/fault-shop.ts';

/** What makes a process come to a point. */
export type Drive = 'orders' | 'quiet orders' | 'cancel' | 'refund' | 'mismatch' | 'reconcile' | 'migrate';

/** Where a point is, and how it is reached. */
export interface Place {
  /** Processes of the shop, each the only one of its kind; none where a command of a bundle comes there. */
  readonly at: readonly string[];
  readonly by: readonly Drive[];
  /** Only there. */
  readonly transport?: TransportName;
}

const api = 'order-processor-api-1';
const worker = 'order-processor-worker-1';
const payment = 'payment-1';
const talkers = [worker, payment, 'catalog-1'];
const takingOrders: Place = { at: [api], by: ['orders'] };
const talking: Place = { at: talkers, by: ['orders'] };
const paying: Place = { at: [payment], by: ['orders', 'refund'] };

/** Every durable step that the code lists. */
export const places: Readonly<Record<string, Place>> = {
  'checkout.commit': takingOrders,
  'checkout.response-written': takingOrders,
  'relay.selected': talking,
  'relay.sent': talking,
  'relay.acknowledged': talking,
  'relay.marked-published': talking,
  'direct.reply-sent': { ...talking, transport: 'direct' },
  'consumer.inbox-inserted': talking,
  'consumer.effect-applied': talking,
  'consumer.commit': talking,
  'consumer.offset-committed': { ...talking, transport: 'kafka' },
  'provider.claim-committed': paying,
  'provider.request-sent': paying,
  'provider.response-read': paying,
  'provider-result.commit': paying,
  'webhook.commit': paying,
  'webhook.response-written': paying,
  'sweep.commit': { at: [worker], by: ['quiet orders'] },
  'cancel.commit': { at: [api], by: ['cancel'] },
  'refund.commit': { at: [api], by: ['refund'] },
  'reconciliation-mismatch.commit': { at: [], by: ['mismatch'] },
  'reconciliation.finished': { at: [], by: ['reconcile'] },
  'migration.statement-applied': { at: [], by: ['migrate'] },
  'migration.commit': { at: [], by: ['migrate'] },
};

export const sides = ['before', 'after'] as const;

/** The list of the code itself: the harness is no part of what it runs, and reads it. */
export function listedPoints(): string[] {
  const file = join(import.meta.dirname, '../../../../libs/failpoints/points.ts');
  const [, list = ''] = /const failpoints = \[([^\]]*)\]/.exec(readFileSync(file, 'utf8')) ?? [];
  return [...list.matchAll(/'([^']+)'/g)].map(([, point]) => point);
}
