import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { ApiClient } from './customer/api-client.ts';
import { stockCatalogue } from './customer/catalogue.ts';
import { placeFirstOrder, untilFinished } from './customer/order.ts';
import { environment } from './environment.ts';
import { onInterrupt } from './interrupt.ts';
import { readOptions, type RunOptions } from './run/options.ts';
import type { Credentials } from './run/secrets.ts';
import { Shop } from './run/shop.ts';
import { explain } from './terminal/explain.ts';
import { progressSince, type Say } from './terminal/progress.ts';
import { describeOrder, describeRun, describeTrials } from './terminal/summary.ts';
import { UserError } from './user-error.ts';

async function main(say: Say): Promise<void> {
  if (!['linux', 'darwin'].includes(process.platform)) {
    throw new UserError(`Towpath runs on Linux and macOS, and this is ${process.platform}: use WSL 2 or a container.`);
  }
  const options = readOptions(process.argv.slice(2), environment, join(import.meta.dirname, '../../..'));
  const shop = await Shop.plan(options, say);
  const interrupt = onInterrupt(() => void shop.kill().then(() => process.exit(130)));
  interrupt.addEventListener('abort', () => {
    say('Stopping: the gateway, the services, then PostgreSQL.');
    void shop.stop();
  });
  try {
    await run(shop, options, say, interrupt);
  } catch (error) {
    if (!interrupt.aborted) throw error;
    process.exitCode = 130;
  } finally {
    await shop.stop();
    say('Everything has stopped.');
  }
}

async function run(shop: Shop, options: RunOptions, say: Say, interrupt: AbortSignal): Promise<void> {
  await shop.start();
  const productId = options.order ? await buySomething(shop, say) : undefined;
  if (options.once) return;
  process.stdout.write(`\n${describeRun(shop.plan)}\n\n`);
  if (productId !== undefined) process.stdout.write(`${describeTrials(shop.plan, productId)}\n\n`);
  say('Running. Ctrl-C stops everything.');
  if (!interrupt.aborted) await new Promise((resolve) => interrupt.addEventListener('abort', resolve));
}

/** The first order: resolves with the product that was bought. */
async function buySomething(shop: Shop, say: Say): Promise<string> {
  const { secrets } = shop.plan;
  const anyone = new ApiClient(shop.gateway);
  say('Filling the shelves as the admin, registering a customer.');
  const customer = readCredentials(secrets.customerFile);
  const [[product], ada] = await Promise.all([
    anyone.logIn(readCredentials(secrets.firstAdminFile)).then(stockCatalogue),
    anyone.post('/v1/users', { ...customer, name: 'Ada' }).then(() => anyone.logIn(customer)),
  ]);
  const placed = await placeFirstOrder(ada, product.id);
  say(`The first order is accepted: one ${product.name}.`);
  const order = await untilFinished(ada, placed.id, 60_000);
  process.stdout.write(`\n${describeOrder(order, placed)}\n\n`);
  if (order.status !== 'COMPLETED') throw new UserError(`The first order was not completed: ${order.cancelReason}.`);
  return product.id;
}

function readCredentials(file: string): Credentials {
  return JSON.parse(readFileSync(file, 'utf8')) as Credentials;
}

const say = progressSince(performance.now() - process.uptime() * 1000);
main(say).catch((error: unknown) => {
  process.stderr.write(`\n${explain(error)}\n`);
  process.exitCode = 1;
});
