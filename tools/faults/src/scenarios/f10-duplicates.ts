import { describeLeft, settle } from '../checker/settle.ts';
import { KafkaBackDoor } from '../kafka/back-door.ts';
import { none, told } from './finding.ts';
import { inFlightOf } from './in-flight.ts';
import { countInsideFaults, insideFaults } from './message-faults.ts';
import type { Run, Scenario } from './scenario.ts';
import { type Effects, ShopRepository } from './shop.repository.ts';

const settlesWithinMs = 90_000;

export const duplicates: Scenario = {
  id: 'F10',
  title: 'Messages come two to five times; later everything ever said comes again',
  transports: ['direct', 'kafka'],
  orders: 400,
  load: { perSecond: 10 },
  deadlineMs: 480_000,
  shop: ({ folder, seed }) => insideFaults(folder, { MESSAGE_FAULTS: `duplicate=0.3,seed=${seed}` }),
  async faults(run) {
    const repository = new ShopRepository(run.shop);
    try {
      await run.load.reached(0.5);
      await sayAllAgain(run, repository);
      await run.load.reached(1);
      run.load.stop();
      await run.load.finished;
      await untilQuiet(run);
      const before = await repository.effects();
      await sayAllAgain(run, repository);
      await untilQuiet(run);
      if (run.transport === 'kafka') await readAllAgain(run);
      await untilQuiet(run);
      compare(run, before, await repository.effects());
    } finally {
      await repository.close();
    }
  },
  also(run) {
    countInsideFaults(run);
    return Promise.resolve();
  },
};

/** Nothing is left to do, and nothing lies in a broker unread. @throws Error when that takes too long */
async function untilQuiet({ shop, transport, clock, say }: Run): Promise<void> {
  const { afterMs, left } = await settle(shop, settlesWithinMs, say);
  if (afterMs === null) throw new Error(`It did not come to rest: ${describeLeft(left)}.`);
  if (transport === 'direct') return;
  const kafka = new KafkaBackDoor(shop);
  const groups = await kafka.groups();
  const unread = async () => (await Promise.all(groups.map((group) => kafka.lag(group)))).some((lag) => lag > 0);
  await clock.until('every message is read', async () => !(await unread()), settlesWithinMs);
}

/** The mark that a message was published is taken from all of them. */
async function sayAllAgain(run: Run, repository: ShopRepository): Promise<void> {
  const { nemesis, transport, found } = run;
  let messages = 0;
  await nemesis.make({
    fault: 'everything is said again',
    target: 'every outbox',
    inFlight: () => underWay(run),
    act: async () => {
      messages = await repository.sayAllAgain(transport);
      return undefined;
    },
  });
  found(told('messages said again', messages, ''));
}

/** Every group begins its topics anew: those without members may be moved. */
async function readAllAgain(run: Run): Promise<void> {
  const { nemesis, shop } = run;
  const members = ['order-processor', 'catalog', 'payment']
    .flatMap((service) => shop.ofService(service))
    .filter(({ role }) => role !== 'api');
  const kafka = new KafkaBackDoor(shop);
  const groups = await kafka.groups();
  await nemesis.make({
    fault: 'everything is read again',
    target: groups.join(', '),
    inFlight: () => underWay(run),
    act: async () => {
      await Promise.all(members.map((member) => member.down('SIGTERM')));
      for (const group of groups) await kafka.readAgain(group);
      await Promise.all(members.map((member) => member.up()));
      return undefined;
    },
  });
}

/** What services have under way: when all is done already, the copies meet nothing, and are no hit. */
async function underWay({ shop }: Run): Promise<number> {
  const counts = await Promise.all(
    ['order-processor', 'catalog', 'payment'].map((service) => inFlightOf(shop, service)),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

function compare({ found }: Run, before: Effects, after: Effects): void {
  for (const [what, count] of Object.entries(after))
    found(none(`more ${what} after everything came again`, count - before[what]));
}
