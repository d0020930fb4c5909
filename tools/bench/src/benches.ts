import type { Bench } from './bench.ts';
import { tokenCheck } from './token-check.bench.ts';

/** Every bench by the name that `npm run bench -- <name>` takes. */
export const benches: Readonly<Record<string, Bench>> = {
  'token-check': tokenCheck,
};
