import type { Bench } from './bench.ts';
import { illRedis } from './ill-redis.bench.ts';
import { overload } from './overload.bench.ts';
import { partitions } from './partitions.bench.ts';
import { slowClients } from './slow-clients.bench.ts';
import { storedOrders } from './stored-orders.bench.ts';
import { tokenCheck } from './token-check.bench.ts';

/** Every bench by the name that `npm run bench -- <name>` takes. */
export const benches: Readonly<Record<string, Bench>> = {
  'token-check': tokenCheck,
  'ill-redis': illRedis,
  overload,
  'slow-clients': slowClients,
  'stored-orders': storedOrders,
  partitions,
};
