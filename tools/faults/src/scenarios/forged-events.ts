import type { FaultShop } from '../shop/fault-shop.ts';
import type { ProviderRepository } from './provider.repository.ts';
import { eventOf, WebhookDoor } from './provider-faults.ts';

const tooOldSeconds = 600;
const madeUpMinor = 123_456;

interface Knock {
  readonly what: string;
  readonly signature: string | undefined;
  readonly wanted: number;
}

/** Tells of money that was never taken, in ways that the provider would not. Resolves with what was answered wrongly. */
export async function forgedEvents(
  shop: Pick<FaultShop, 'gateway' | 'sandbox'>,
  repository: ProviderRepository,
  orderId: string,
): Promise<string[]> {
  const door = new WebhookDoor(shop);
  const { id, body } = eventOf(orderId, madeUpMinor);
  const good = door.sign(body);
  const knocks: Knock[] = [
    { what: 'no signature', signature: undefined, wanted: 401 },
    { what: 'another secret', signature: door.sign(body, { secret: 'whsec_of_somebody_else' }), wanted: 401 },
    { what: 'an old signature', signature: door.sign(body, { agoSeconds: tooOldSeconds }), wanted: 401 },
    { what: 'a signature from the future', signature: door.sign(body, { agoSeconds: -tooOldSeconds }), wanted: 401 },
    { what: 'a signature of something else', signature: door.sign(`${body} `), wanted: 401 },
    // It is about a charge that we know nothing of: flagged, and nothing more.
    { what: 'a good signature', signature: good, wanted: 200 },
    { what: 'the same once more', signature: good, wanted: 200 },
  ];
  const wrong: string[] = [];
  for (const { what, signature, wanted } of knocks) {
    const status = await door.knock(body, signature);
    if (status !== wanted) wrong.push(`an event with ${what} was answered ${status}, not ${wanted}`);
  }
  const taken = await repository.takenEvents(id);
  return taken === 1 ? wrong : [...wrong, `an event was taken ${taken} times`];
}
