import { openTransactions, unpublishedMessages } from '../postgres/activity.repository.ts';
import { Database } from '../postgres/database.ts';
import { sumOfGauges, workGauges } from './gauges.ts';
import type { Member } from './members.ts';
import type { ShopNetwork } from './shop-network.ts';
import type { ShopPlan } from './shop-plan.ts';

const ofMessages = ['message_handlers_in_flight', 'message_sends_in_flight'];

/** How much is open at each part of the shop at this moment: what a fault there would hit. */
export class WorkInFlight {
  private readonly plan: ShopPlan;
  private readonly network: ShopNetwork;
  private readonly databases: ReadonlyMap<string, Database>;

  constructor(plan: ShopPlan, network: ShopNetwork) {
    this.plan = plan;
    this.network = network;
    const services = Object.keys(plan.databases.urls);
    this.databases = new Map(services.map((name) => [name, new Database(plan.databases.superuserUrl(name))]));
  }

  /** Requests, messages and provider calls; when the process does not say, what is known from outside. */
  async ofMember(member: Member): Promise<number> {
    const { name } = member;
    const known = this.network.requestsAt(name) + this.waiting(name, 'payment-sandbox');
    return sumOfGauges(this.managementOf(member), workGauges).catch(() => known);
  }

  async ofServer(service: string): Promise<number> {
    const database = this.databases.get(service);
    return database === undefined ? 0 : openTransactions(database);
  }

  /** Messages that are handled or sent, and those that wait to be sent. */
  async ofBrokers(): Promise<number> {
    const carriers = this.plan.members.filter(({ carriesMessages }) => carriesMessages);
    const databases = new Set(carriers.map(({ service }) => this.databases.get(service.name)));
    const counts = await Promise.all([
      ...carriers.map((member) => sumOfGauges(this.managementOf(member), ofMessages).catch(() => 0)),
      ...[...databases].map((database) => (database ? unpublishedMessages(database).catch(() => 0) : 0)),
    ]);
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** What waits for an answer of the provider. */
  async ofSandbox(): Promise<number> {
    return this.plan.members.reduce((sum, { name }) => sum + this.waiting(name, 'payment-sandbox'), 0);
  }

  /** Requests at those who ask Redis. */
  async ofRedis(): Promise<number> {
    const asking = this.plan.members.filter(({ service }) => service.stores.includes('redis'));
    return asking.reduce((sum, { name }) => sum + this.network.requestsAt(name), 0);
  }

  async close(): Promise<void> {
    await Promise.all([...this.databases.values()].map((database) => database.close()));
  }

  private waiting(from: string, to: string): number {
    const links = this.network.links.filter((link) => link.from === from && link.to === to);
    return links.reduce((sum, link) => sum + link.waiting, 0);
  }

  private managementOf(member: Member): string {
    return `http://127.0.0.1:${this.plan.portsOf.get(member)?.management}`;
  }
}
