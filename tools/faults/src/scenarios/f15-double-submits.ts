import type { Reply } from '../load/client.ts';
import { Desk } from './desk.ts';
import { none } from './finding.ts';
import { inFlightOf } from './in-flight.ts';
import type { Run, Scenario } from './scenario.ts';

const rounds = 8;
const atOnce = 50;

/** What was answered, counted by status and code. */
type Answers = Readonly<Record<string, number>>;

export const doubleSubmits: Scenario = {
  id: 'F15',
  title: 'Checkouts are submitted twice to fifty times, with the same key and with others',
  transports: ['direct', 'kafka'],
  orders: 400,
  load: { perSecond: 8, mix: { sameKeyDoubles: 0.4, otherKeyDoubles: 0.3 } },
  async faults(run) {
    const desk = await Desk.at(run);
    const wrong: string[] = [];
    try {
      for (let round = 0; round < rounds; round += 1) {
        await run.load.reached(((round + 1) / (rounds + 1)) * 0.9);
        // A door that dies in the middle is why customers press the button again.
        const dying = round % 2 === 0 ? Promise.resolve() : killADoor(run);
        for (const [name, submit] of Object.entries(doubles)) {
          wrong.push(...(await submitted(run, name, () => submit(desk))).map((what) => `${name}: ${what}`));
        }
        await dying;
      }
    } finally {
      await desk.close();
    }
    for (const what of wrong) run.say(what);
    run.found(none('doubles that were answered otherwise than the contract says', wrong.length));
  },
};

/** Each resolves with what was wrong. */
const doubles: Readonly<Record<string, (desk: Desk) => Promise<string[]>>> = {
  async 'one key, at once'(desk) {
    const [customer] = desk.twoCustomers;
    const [order, key] = [desk.newOrder(), desk.newKey()];
    const replies = await Promise.all(Array.from({ length: atOnce }, () => desk.checkout(customer, order, key)));
    return [...unlike({ '201': atOnce }, replies), ...otherThanOneOrder(replies), ...unreplayed(replies, atOnce - 1)];
  },
  async 'one key, one after another'(desk) {
    const [customer] = desk.twoCustomers;
    const [order, key] = [desk.newOrder(), desk.newKey()];
    const replies: Reply[] = [];
    for (let count = 0; count < 5; count += 1) replies.push(await desk.checkout(customer, order, key));
    return [...unlike({ '201': 5 }, replies), ...otherThanOneOrder(replies), ...unreplayed(replies, 4)];
  },
  async 'one cart, a key each'(desk) {
    const [customer] = desk.twoCustomers;
    const order = desk.newOrder();
    const keys = Array.from({ length: atOnce }, () => desk.newKey());
    const replies = await Promise.all(keys.map((key) => desk.checkout(customer, order, key)));
    const wanted = { '201': 1, '409 already-checked-out': atOnce - 1 };
    return [...unlike(wanted, replies), ...otherThanOneOrder(replies)];
  },
  async 'one key, another body'(desk) {
    const [customer] = desk.twoCustomers;
    const key = desk.newKey();
    const replies = [
      await desk.checkout(customer, desk.newOrder(), key),
      await desk.checkout(customer, desk.newOrder(), key),
    ];
    return unlike({ '201': 1, '422 key-reused': 1 }, replies);
  },
  async 'one key, another customer'(desk) {
    const [first, second] = desk.twoCustomers;
    const [order, key] = [desk.newOrder(), desk.newKey()];
    const replies = await Promise.all([first, second].map((customer) => desk.checkout(customer, order, key)));
    const orders = new Set(replies.map(({ orderId }) => orderId));
    return [...unlike({ '201': 2 }, replies), ...(orders.size === 2 ? [] : ['two customers share an order'])];
  },
};

async function submitted(run: Run, name: string, submit: () => Promise<string[]>): Promise<string[]> {
  let wrong: string[] = [];
  await run.nemesis.make({
    fault: 'double submit',
    target: 'order-processor',
    detail: name,
    inFlight: () => inFlightOf(run.shop, 'order-processor'),
    act: async () => {
      wrong = await submit();
      return undefined;
    },
  });
  return wrong;
}

async function killADoor({ shop, nemesis, random }: Run): Promise<void> {
  const doors = shop.ofService('order-processor').filter(({ role }) => role !== 'worker');
  await nemesis.kill(random.pick(doors), random.integer(0, 1_000));
}

function unlike(wanted: Answers, replies: readonly Reply[]): string[] {
  const found: Record<string, number> = {};
  for (const { status, code } of replies) {
    const answer = [status ?? 'none', code].filter(Boolean).join(' ');
    found[answer] = (found[answer] ?? 0) + 1;
  }
  const isWanted = Object.entries({ ...found, ...wanted }).every(([answer]) => found[answer] === wanted[answer]);
  return isWanted ? [] : [`answered ${JSON.stringify(found)} in place of ${JSON.stringify(wanted)}`];
}

function otherThanOneOrder(replies: readonly Reply[]): string[] {
  const orders = new Set(replies.map(({ orderId }) => orderId));
  return orders.size === 1 ? [] : [`it became ${[...orders].join(', ')}`];
}

/** Where the first answer was lost, its repetition is a replay too. */
function unreplayed(replies: readonly Reply[], atLeast: number): string[] {
  const count = replies.filter(({ replayed }) => replayed).length;
  return count >= atLeast ? [] : [`only ${count} of ${replies.length} were said to be replayed`];
}
