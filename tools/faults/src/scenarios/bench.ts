import type { Measured } from './scenario.ts';

/** `tools/bench` makes these shops small and its own customers many, on processors of their own. */
const why = { kafka: 'It ends at the public door and the databases: nothing of it reaches a broker.' };

export const overload: Measured = {
  id: 'F23',
  title: 'Three and ten times as much is asked as can be done; one customer asks far more than the others',
  transports: ['direct'],
  why,
  bench: 'overload',
};

export const slowClients: Measured = {
  id: 'F24',
  title: 'Idle connections, slow requests and clients that never read, by the thousand',
  transports: ['direct'],
  why,
  bench: 'slow-clients',
};
