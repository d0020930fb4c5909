import { settle } from '../checker/settle.ts';
import { KafkaBackDoor } from '../kafka/back-door.ts';
import { none, told } from './finding.ts';
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
      await settle(run.shop, settlesWithinMs, run.say);
      const before = await repository.effects();
      await sayAllAgain(run, repository);
      if (run.transport === 'kafka') await readAllAgain(run);
      await settle(run.shop, settlesWithinMs, run.say);
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

/** The mark that a message was published is taken from all of them. */
async function sayAllAgain({ nemesis, transport, found }: Run, repository: ShopRepository): Promise<void> {
  let messages = 0;
  await nemesis.make({
    fault: 'everything is said again',
    target: 'every outbox',
    inFlight: () => repository.effects().then(({ orders }) => orders),
    act: async () => {
      messages = await repository.sayAllAgain(transport);
      return undefined;
    },
  });
  found(told('messages said again', messages, ''));
}

/** Every group begins its topics anew: those without members may be moved. */
async function readAllAgain({ nemesis, shop }: Run): Promise<void> {
  const members = ['order-processor', 'catalog', 'payment']
    .flatMap((service) => shop.ofService(service))
    .filter(({ role }) => role !== 'api');
  const kafka = new KafkaBackDoor(shop);
  const groups = await kafka.groups();
  await nemesis.make({
    fault: 'everything is read again',
    target: groups.join(', '),
    inFlight: () => Promise.resolve(members.length),
    act: async () => {
      await Promise.all(members.map((member) => member.down('SIGTERM')));
      for (const group of groups) await kafka.readAgain(group);
      await Promise.all(members.map((member) => member.up()));
      return undefined;
    },
  });
}

function compare({ found }: Run, before: Effects, after: Effects): void {
  for (const [what, count] of Object.entries(after))
    found(none(`more ${what} after everything came again`, count - before[what]));
}
