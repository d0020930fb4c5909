import type { History } from '../history/history.ts';
import { Database } from '../postgres/database.ts';
import type { Expected } from './expected.ts';
import { MessageRepository } from './message.repository.ts';
import { type CheckedOrder, OrderRepository } from './order.repository.ts';
import { PaymentRepository } from './payment.repository.ts';
import { ProviderBook } from './provider-book.ts';
import { Recollection } from './recollection.ts';
import { StockRepository } from './stock.repository.ts';
import { UnfinishedRepository } from './unfinished.repository.ts';

/** What of a shop is looked into. */
export interface CheckedShop {
  /** URLs of the databases, by service. */
  readonly databases: Readonly<Record<string, string>>;
  readonly sandbox: { readonly logFile: string };
}

/** The services that exchange messages. */
export const messagingServices = ['catalog', 'order-processor', 'payment'] as const;
export type MessagingService = (typeof messagingServices)[number];

/** Everything that the invariants look at: the clients' history, all databases, and the provider's own log. */
export interface Evidence {
  readonly expected: Expected;
  readonly history: Recollection;
  readonly provider: ProviderBook;
  readonly orders: ReadonlyMap<string, CheckedOrder>;
  readonly order: OrderRepository;
  readonly payment: PaymentRepository;
  readonly stock: StockRepository;
  readonly messages: Readonly<Record<MessagingService, MessageRepository>>;
  readonly unfinished: Readonly<Record<MessagingService, UnfinishedRepository>>;
}

/** Looks with the evidence, and lets go of the databases. */
export async function withEvidence<T>(
  shop: CheckedShop,
  history: History,
  expected: Expected,
  look: (evidence: Evidence) => Promise<T>,
): Promise<T> {
  const databases = openDatabases(shop);
  try {
    return await look(await gather(shop, databases, history, expected));
  } finally {
    await Promise.all(Object.values(databases).map((database) => database.close()));
  }
}

export type Databases = Readonly<Record<MessagingService, Database>>;

export function openDatabases({ databases }: Pick<CheckedShop, 'databases'>): Databases {
  return ofEach((service) => new Database(databases[service]));
}

export function ofEach<T>(make: (service: MessagingService) => T): Record<MessagingService, T> {
  const entries = messagingServices.map((service) => [service, make(service)] as const);
  return Object.fromEntries(entries) as Record<MessagingService, T>;
}

async function gather(
  shop: CheckedShop,
  databases: Databases,
  history: History,
  expected: Expected,
): Promise<Evidence> {
  const order = new OrderRepository(databases['order-processor']);
  // In this order, for a shop may not have come to rest: what customers were told of is there by then, and of an order that
  // is settled everything has happened, so that whatever is read later tells of it.
  const recollection = await Recollection.of(history.lines());
  const orders = await order.all();
  const provider = await ProviderBook.read(shop.sandbox.logFile);
  return {
    expected,
    history: recollection,
    provider,
    orders: new Map(orders.map((each) => [each.id, each])),
    order,
    payment: new PaymentRepository(databases.payment),
    stock: new StockRepository(databases.catalog),
    messages: ofEach((service) => new MessageRepository(databases[service])),
    unfinished: ofEach((service) => new UnfinishedRepository(databases[service])),
  };
}
