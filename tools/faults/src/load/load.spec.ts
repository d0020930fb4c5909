import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Attempt } from '../history/attempt.ts';
import { History } from '../history/history.ts';
import { summarise } from '../history/summary.ts';
import { Random } from '../random.ts';
import { planCheckout } from './checkout-plan.ts';
import { Load, type LoadOptions, plainMix, usualMix } from './load.ts';

const shelf = { plenty: ['a', 'b', 'c'], scarce: 'd' };

describe('the plan of a checkout', () => {
  it('When the seed is the same, then so is the plan, whatever was planned before', () => {
    const [one, other] = [new Random(42), new Random(42)];
    other.next();

    const plans = [one, other].map((random) => planCheckout(random, 7, 8, shelf, usualMix));

    expect(plans[1]).toEqual(plans[0]);
    expect(planCheckout(one, 8, 8, shelf, usualMix)).not.toEqual(plans[0]);
  });

  it('When many are planned, then each kind has the share that was asked for', () => {
    const random = new Random(1);
    const plans = Array.from({ length: 4_000 }, (_, index) => planCheckout(random, index, 8, shelf, usualMix));
    const share = (isOne: (plan: (typeof plans)[number]) => boolean) => plans.filter(isOne).length / plans.length;

    const sameKey = share(({ keys }) => keys.length > 1 && new Set(keys).size === 1);
    const otherKey = share(({ keys }) => new Set(keys).size > 1);
    const declined = share(({ order }) => order.paymentMethod.includes('Declined'));

    expect(sameKey).toBeCloseTo(0.3, 1);
    expect(otherKey).toBeCloseTo(0.1, 1);
    expect(declined).toBeCloseTo(0.05, 1);
    expect(plans.every(({ keys }) => keys.length <= 5)).toBe(true);
  });
});

describe('the load', () => {
  let folder: string;
  let shop: ToyShop;
  let history: History;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'towpath-load-'));
    writeFileSync(join(folder, 'admin.json'), JSON.stringify({ email: 'admin', password: 'secret' }));
    history = new History(join(folder, 'history.jsonl'));
    shop = await ToyShop.open();
  });

  afterEach(async () => {
    shop.close();
    await history.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const given = async (options: Partial<LoadOptions>) => {
    const where = { gateway: shop.url, adminCredentialsFile: join(folder, 'admin.json') };
    const load = new Load(where, { orders: 20, random: new Random(3), mix: plainMix, ...options }, history);
    await load.prepare();
    return load;
  };
  const checkouts = async () => {
    const attempts: Attempt[] = [];
    for await (const line of history.lines()) {
      if (line.is === 'attempt' && line.checkout?.startsWith('checkout-')) attempts.push(line);
    }
    return attempts;
  };

  it('When answers are lost, late or no answers, then each key is asked again until the answer is definite', async () => {
    const load = await given({ patienceMs: 300 });
    shop.spoil = ['reset', 'silence', 503, 409, 401, 'reset'];

    load.start();
    await load.finished;

    const attempts = await checkouts();
    const again = attempts.filter(({ try: count }) => count > 1);
    expect(
      attempts
        .filter(({ outcome }) => outcome === 'unknown')
        .map(({ status, error }) => status ?? error)
        .sort(),
    ).toEqual([401, 409, 503, 'UND_ERR_SOCKET', 'UND_ERR_SOCKET', 'timeout'].sort());
    expect(again.every(({ key }) => attempts.some((first) => first.key === key && first.try === 1))).toBe(true);
    expect((await summarise(history.lines())).orders).toEqual({ asked: 21, ok: 21, fail: 0, unknown: 0 });
    expect([load.submitted, load.acknowledged]).toEqual([20, 20]);
  });

  it('When a rate is asked for, then checkouts begin at it, and shares of them are told of', async () => {
    const load = await given({ perSecond: 100, orders: 30 });
    const begun = performance.now();

    load.start();
    await load.reached(0.5);
    const halfAt = load.submitted;
    await load.finished;

    expect(halfAt).toBeGreaterThanOrEqual(15);
    expect(halfAt).toBeLessThan(20);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(280);
  });

  it('When the shop has more to do than it can, then nobody begins until it has less', async () => {
    const door = { isFull: false, asked: 0 };
    const isFull = () => (door.asked++, door.isFull);
    const load = await given({ atOnce: 1, orders: 10, isFull });

    load.start();
    await load.reached(0.3);
    Object.assign(door, { isFull: true, asked: 0 });
    const before = load.submitted;
    while (door.asked < 5) await new Promise(setImmediate);
    const whileFull = load.submitted;
    door.isFull = false;
    await load.finished;

    expect([whileFull, load.submitted]).toEqual([before, 10]);
  });

  it('When it is stopped, then those under way end, no others begin, and nobody waits for them', async () => {
    const load = await given({ perSecond: 50, orders: 1_000 });

    load.start();
    const last = load.reached(1);
    await load.reached(0.01);
    load.stop();
    await Promise.all([load.finished, last]);

    expect(load.submitted).toBeLessThan(1_000);
    expect(load.acknowledged).toBe(load.submitted);
  });

  it('When customers do all that customers do, then the history tells who proved what and saw whose', async () => {
    const load = await given({ orders: 150, mix: { reads: 0.5, intrusions: 0.5, cancels: 0.2, refunds: 0.2 } });

    load.start();
    await load.finished;

    const seen = new Set<string>();
    for await (const line of history.lines())
      if (line.is === 'attempt') seen.add(`${line.deed} ${line.proof} ${line.status}`);
    expect([...seen].sort()).toEqual(
      expect.arrayContaining([
        'cancel valid 202',
        'checkout none 401',
        'list customer 403',
        'list forged 401',
        'read valid 200',
        'read valid 404',
        'refund customer 403',
        'refund valid 202',
      ]),
    );
  });
});

type Spoilt = 'reset' | 'silence' | number;

/** Answers as the shop does, but for what is spoilt, and takes every forged token for what it is: it remembers its own. */
class ToyShop {
  readonly url: string;
  /** What comes of the next checkouts. */
  spoil: Spoilt[] = [];
  private readonly server: Server;
  private readonly tokens = new Map<string, string>();
  private readonly orders = new Map<string, { id: string; owner: string }>();

  static async open(): Promise<ToyShop> {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return new ToyShop(server);
  }

  private constructor(server: Server) {
    this.server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => void this.answer(request, response));
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const spoilt = request.url === '/v1/orders' && this.tokenOf(request) ? this.spoil.shift() : undefined;
    if (spoilt === 'reset') request.socket.destroy();
    if (spoilt === 'reset' || spoilt === 'silence') return;
    const code = spoilt === 409 ? 'in-progress' : 'spoilt';
    const [status, answer] = spoilt
      ? [spoilt, { type: `https://x/${code}` }]
      : this.reply(request, JSON.parse(body || '{}'));
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  private reply({ method, url = '', headers }: IncomingMessage, body: Record<string, string>): [number, object] {
    if (url === '/v1/users') return [202, {}];
    if (url === '/v1/sessions') return [201, this.session(body.email)];
    const owner = this.tokenOf({ headers } as IncomingMessage);
    if (owner === undefined) return [401, {}];
    if (url === '/v1/products') return [201, { id: randomUUID() }];
    if (url.startsWith('/v1/admin') || url.endsWith('/refund')) return owner === 'admin' ? [202, {}] : [403, {}];
    if (method === 'GET' && url.startsWith('/v1/orders?')) return [200, { items: [] }];
    if (url === '/v1/orders') return [201, this.place(`${owner} ${body.cartId}`, owner)];
    const order = [...this.orders.values()].find(({ id }) => url.includes(id));
    if (order?.owner !== owner) return [404, {}];
    return [method === 'GET' ? 200 : 202, { id: order.id, status: 'COMPLETED', total: { amountMinor: 500 } }];
  }

  private place(cart: string, owner: string): object {
    const order = this.orders.get(cart) ?? { id: randomUUID(), owner };
    this.orders.set(cart, order);
    return { id: order.id };
  }

  private session(email: string): object {
    const claims = { sub: email, iat: 0, nbf: 0, exp: 0 };
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const accessToken = `${part({ alg: 'ES256', kid: 'k' })}.${part(claims)}.${randomUUID()}`;
    this.tokens.set(accessToken, email);
    return { accessToken, refreshToken: randomUUID(), expiresInSeconds: 600 };
  }

  private tokenOf({ headers }: IncomingMessage): string | undefined {
    return this.tokens.get(headers.authorization?.slice('Bearer '.length) ?? '');
  }
}
