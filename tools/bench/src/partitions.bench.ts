import { type Bench, ratioFinding } from './bench.ts';
import { BenchShop, patient } from './load/bench-shop.ts';
import { OrderCost } from './load/order-cost.ts';
import { pairs } from './rounds.ts';

const ordersOfRound = 40;
const rounds = 11;

/** What an order costs the shop itself when its topics are split; a broker is somebody else's. */
export const partitions: Bench = {
  measures: 'what an order costs where topics of Kafka have eight partitions beside where they have one',
  async run(say) {
    const shops: BenchShop[] = [];
    try {
      say('Starting two shops, each with a broker of its own, one after the other.');
      for (const count of ['1', '8'])
        shops.push(await BenchShop.start({ ...patient, KAFKA_PARTITIONS: count }, ['--kafka']));
      const [reference, product] = [await OrderCost.of(shops[0]), await OrderCost.of(shops[1])];
      const sides = {
        reference: () => reference.measure(ordersOfRound),
        product: () => product.measure(ordersOfRound),
      };
      const measured = await pairs(say, sides, rounds);
      return [ratioFinding('processor time of an order: 8 partitions / 1', 'ms', measured, { atMost: 1.25 })];
    } finally {
      await Promise.all(shops.map((shop) => shop.stop()));
    }
  },
};
