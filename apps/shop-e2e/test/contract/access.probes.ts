import { randomUUID } from 'node:crypto';

import type { Answered, Asked } from '../wire.ts';
import type { accessRows } from './rows.ts';
import { bodyOf, type Probe, type Probes, seenFrom, type World } from './world.ts';

/** Bob asks for what is Ada's, and for what is nobody's. */
function hidden(asked: (id: string) => Asked, idOf = ({ orderId }: World) => orderId): Probe {
  return async (world) => {
    const others = await world.ask(asked(idOf(world)), world.bob);
    const nobodys = await world.ask(asked(randomUUID()), world.bob);
    expect(seenFrom(others)).toEqual(seenFrom(nobodys));
    return others;
  };
}

const withField =
  (field: string): Probe =>
  (world) =>
    world.order(world.ada, { [field]: randomUUID() });

async function ownList(world: World): Promise<Answered> {
  const answer = await world.ask({ path: '/v1/orders?limit=100' }, world.bob);
  const { items } = bodyOf<{ items: { id: string }[] }>(answer);
  expect(items.map(({ id }) => id)).not.toContain(world.orderId);
  return answer;
}

export const accessProbes: Probes<typeof accessRows> = {
  customerAsAdmin: (world) => world.ask({ path: '/v1/admin/orders' }, world.ada),
  customerRefunds: (world) => {
    const headers = { 'idempotency-key': randomUUID() };
    return world.ask({ method: 'POST', path: `/v1/orders/${world.orderId}/refund`, headers, json: {} }, world.ada);
  },
  otherReads: hidden((id) => ({ path: `/v1/orders/${id}` })),
  otherCancels: hidden((id) => ({ method: 'POST', path: `/v1/orders/${id}/cancel`, json: {} })),
  otherFollows: hidden((id) => ({ path: `/v1/orders/${id}/events` })),
  otherEndsSession: hidden(
    (id) => ({ method: 'DELETE', path: `/v1/sessions/${id}` }),
    ({ ada }) => ada.session.sessionId,
  ),
  ownList,
  listOfUser: (world) => world.ask({ path: `/v1/orders?userId=${randomUUID()}` }, world.bob),
  fieldStatus: withField('status'),
  fieldTotal: withField('total'),
  fieldUserId: withField('userId'),
  fieldId: withField('id'),
  fieldPaid: withField('paid'),
  fieldRole: (world) =>
    world.ask({
      method: 'POST',
      path: '/v1/users',
      json: { email: `${randomUUID()}@example.com`, password: randomUUID(), name: 'Eve', role: 'admin' },
      from: '10.1.0.1',
    }),
};
