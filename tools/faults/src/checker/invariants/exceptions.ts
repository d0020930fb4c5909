import { messagingServices } from '../evidence.ts';
import type { Step } from '../order.repository.ts';
import type { Invariant } from '../verdict.ts';

/** Where each state of an order may come from. */
const before: Readonly<Record<string, readonly (string | null)[]>> = {
  PLACED: [null],
  RESERVING: ['PLACED'],
  AUTHORIZING: ['RESERVING'],
  CONFIRMED: ['AUTHORIZING'],
  COMPLETED: ['CONFIRMED', 'COMPLETED'],
  CANCELLED: ['PLACED', 'RESERVING', 'AUTHORIZING', 'CONFIRMED'],
};

/** I11: nothing came that the state machines do not allow, and no order went a way that is not in its table. */
export const nothingIllegal: Invariant = async ({ messages, order }) => {
  const perService = await Promise.all(
    messagingServices.map(async (service) => {
      const anomalies = await messages[service].anomalies();
      const illegal = anomalies.filter(({ kind }) => kind === 'illegal');
      return illegal.map(({ detail }) => `${service}: ${JSON.stringify(detail)}`);
    }),
  );
  const [steps, strayed] = await Promise.all([order.steps(), order.strayed()]);
  return {
    checked: steps.length,
    violations: [
      ...perService.flat(),
      ...steps.filter((step) => !isLegal(step)).map(describeStep),
      ...strayed.map((orderId) => `the story of order ${orderId} does not end where the order is`),
    ],
  };
};

const isLegal = ({ version, versionBefore, status, before: from, isBackInTime }: Step): boolean =>
  version === (versionBefore ?? 0) + 1 && (before[status] ?? []).includes(from) && !isBackInTime;

const describeStep = ({ orderId, version, status, before: from, cause }: Step): string =>
  `order ${orderId} went from ${from ?? 'nothing'} to ${status} with version ${version} (${cause})`;

/** I12: of all messages that came, what was put aside is exactly the poison that was sent, with its reasons. */
export const nothingVanishes: Invariant = async ({ messages, expected }) => {
  const [letters, handled] = await Promise.all([
    Promise.all(messagingServices.map((service) => messages[service].deadLetters())).then((lists) => lists.flat()),
    Promise.all(messagingServices.map((service) => messages[service].handledCount())),
  ]);
  const { poison = [] } = expected;
  const found = Map.groupBy(letters, kindOf);
  const sent = Map.groupBy(poison, kindOf);
  const kinds = [...new Set([...found.keys(), ...sent.keys()])];
  return {
    checked: handled.reduce((sum, count) => sum + count, 0) + Math.max(letters.length, poison.length),
    violations: kinds.flatMap((kind) => {
      const [there, wanted] = [found.get(kind) ?? [], sent.get(kind)?.length ?? 0];
      if (there.length < wanted) return [`${wanted - there.length} of ${wanted} vanished: ${kind}`];
      return there.slice(wanted).map(({ error, envelope }) => `not expected: ${kind}: ${error} ${envelope}`);
    }),
  };
};

const kindOf = ({ consumer, reason }: { consumer: string; reason: string }): string => `${consumer}, ${reason}`;
