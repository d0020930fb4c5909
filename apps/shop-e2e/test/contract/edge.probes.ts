import type { Answered } from '../wire.ts';
import type { edgeRows } from './rows.ts';
import { type Probe, type Probes, seenFrom, type World } from './world.ts';

/** These headers change nothing. */
const ignored =
  (headers: Record<string, string>): Probe =>
  async (world) => {
    const without = await world.ask({ path: '/v1/me' }, world.ada);
    const answer = await world.ask({ path: '/v1/me', headers }, world.ada);
    expect(seenFrom(answer)).toEqual(seenFrom(without));
    return answer;
  };

const at =
  (path: string): Probe =>
  (world) =>
    world.ask({ path });

async function fromOtherOrigin(world: World): Promise<Answered> {
  const answer = await world.ask({ path: '/v1/products', headers: { origin: 'https://evil.example' } });
  expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
  return answer;
}

export const edgeProbes: Probes<typeof edgeRows> = {
  userHeader: ignored({ 'x-user-id': '0199f2a4-7c1e-7b5a-9d3e-2f6c8a1b4e70' }),
  forwardedHeaders: ignored({
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'http',
    'x-forwarded-prefix': '/evil',
    forwarded: 'for=1.2.3.4;host=evil.example',
  }),
  originalUrl: ignored({ 'x-original-url': '/v1/admin/orders', 'x-rewrite-url': '/v1/admin/orders' }),
  methodOverride: ignored({ 'x-http-method-override': 'DELETE' }),
  allowedOrigin: (world) => world.ask({ path: '/v1/products', headers: { origin: 'https://shop.example' } }),
  otherOrigin: fromOtherOrigin,
  metrics: at('/metrics'),
  ready: at('/ready'),
  pprof: at('/debug/pprof'),
  internal: at('/internal/revoked-sessions'),
};
