import { randomUUID } from 'node:crypto';
import { join, relative } from 'node:path';

import type { Order, PlacedOrder } from '../customer/order.ts';
import { localFile } from '../run/options.ts';
import type { Plan } from '../run/plan.ts';
import { sandboxName } from '../run/sandbox-process.ts';
import { urlOf } from '../run/service-process.ts';
import { table } from './progress.ts';

/** What happened to an order, and when. */
export function describeOrder({ id, status, timeline }: Order, { traceId }: PlacedOrder): string {
  const [first] = timeline;
  const since = (at: string) => `+${Date.parse(at) - Date.parse(first.at)} ms`;
  const rows = timeline.map(({ status: reached, at, cause }) => [
    at.slice(11, 23),
    since(at).padStart(9),
    reached,
    cause,
  ]);
  return [`Order ${id} is ${status}.`, '', table(rows), '', `  Trace ${traceId}`].join('\n');
}

/** Where everything is. */
export function describeRun({ options, services, ports, databases, secrets, broker }: Plan): string {
  const rows = [
    ...services.map(({ name, roles }) => [
      name,
      roles.api ? urlOf(ports, name) : 'messages only',
      `health and metrics ${urlOf(ports, name, 'management')}`,
    ]),
    [sandboxName, urlOf(ports, sandboxName), 'stands in for the payment provider'],
    ...(broker === undefined ? [] : [['kafka', broker.addresses, broker.origin]]),
    ...databases.servers.map(({ name, port }) => [name, `127.0.0.1:${port}`, 'URLs in the file for scripts']),
  ];
  const places = [
    ['Admin', pathFor(secrets.firstAdminFile)],
    ['Customer', pathFor(secrets.customerFile)],
    ['Logs', pathFor(join(options.state, 'logs'))],
    ['For scripts', pathFor(localFile(options))],
  ];
  return [table(rows), '', table(places)].join('\n');
}

/** Three things to try, each to be pasted as it is. */
export function describeTrials({ ports, secrets }: Plan, productId: string): string {
  const gateway = urlOf(ports, 'gateway');
  const customer = pathFor(secrets.customerFile);
  const order = JSON.stringify({
    cartId: randomUUID(),
    lines: [{ productId, quantity: 1 }],
    paymentMethod: 'pm_card_chargeDeclined',
  });
  return [
    'See what the shop sells:',
    `  curl -s ${gateway}/v1/products`,
    'Log in, and see your orders:',
    `  TOKEN=$(curl -s ${gateway}/v1/sessions -H 'content-type: application/json' -d @${customer} | node -p 'JSON.parse(fs.readFileSync(0)).accessToken')`,
    `  curl -s ${gateway}/v1/orders -H "authorization: Bearer $TOKEN"`,
    'Order with a card that is declined; do it twice and the second answer is the first one, replayed:',
    `  curl -si ${gateway}/v1/orders -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' -H 'idempotency-key: ${randomUUID()}' -d '${order}'`,
  ].join('\n');
}

/** As short as it can be typed from here. */
function pathFor(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}
