import { Database } from '../postgres/database.ts';
import { unwantedAnswers } from './answers.ts';
import { FullDisk } from './full-disk.ts';
import { PostgresRepository } from './postgres.repository.ts';
import type { Run, Scenario } from './scenario.ts';

const phaseMs = 8_000;
const filled = 'order-processor';

export const exhaustedDatabases: Scenario = {
  id: 'F21',
  title: 'A database is read-only, takes no more connections, lets everybody wait, has no disk left',
  transports: ['direct', 'kafka'],
  orders: 500,
  load: { perSecond: 5 },
  missing: () => FullDisk.missing(),
  before: ({ folder }) => new FullDisk(folder).mount(),
  shop: ({ folder }) => ({ dataFolderOf: { [filled]: FullDisk.folderIn(folder) } }),
  after: ({ folder }) => new FullDisk(folder).unmount(),
  async faults(run) {
    await run.load.reached(0.05);
    for (const service of ['order-processor', 'payment', 'catalog']) {
      await phase(run, 'read-only database', service, (server) => readOnly(run, server));
    }
    await phase(run, 'no connection left', filled, (server) => fullHouse(run, server));
    await phase(run, 'everybody waits for a lock', filled, () => nobodyServed(run));
    await phase(run, 'full disk', filled, () => diskFull(run));
  },
  async also(run) {
    run.found(await unwantedAnswers(run.history));
  },
};

type Act = (server: PostgresRepository) => Promise<void>;

async function phase({ shop, nemesis }: Run, fault: string, service: string, act: Act): Promise<void> {
  const server = shop.process(`postgres-${service}`);
  const database = new Database(shop.databases[service]);
  try {
    await nemesis.make({
      fault,
      target: server.name,
      detail: `for ${phaseMs} ms`,
      inFlight: () => server.inFlight(),
      act: async () => void (await act(new PostgresRepository(database))),
    });
  } finally {
    await database.close();
  }
}

async function readOnly({ clock }: Run, server: PostgresRepository): Promise<void> {
  await server.set('default_transaction_read_only', 'on');
  await clock.sleep(phaseMs).finally(() => server.reset());
}

/** Others have taken every connection that there is, the services' own too. */
async function fullHouse({ shop, clock }: Run, server: PostgresRepository): Promise<void> {
  const guests = Array.from({ length: await server.maxConnections() }, () => new Database(shop.databases[filled]));
  const until = performance.now() + phaseMs;
  try {
    while (performance.now() < until) {
      await server.disconnectAll();
      await Promise.all(guests.map((guest) => guest.rows('SELECT 1').catch(() => undefined)));
      await clock.sleep(500);
    }
  } finally {
    await Promise.all(guests.map((guest) => guest.close()));
  }
}

/** Orders are locked as a whole: whoever asks waits until its time is up, and the pool is empty. */
async function nobodyServed({ shop, clock }: Run): Promise<void> {
  const database = new Database(shop.databases[filled]);
  const owner = new PostgresRepository(database);
  const until = performance.now() + phaseMs;
  try {
    while (performance.now() < until) {
      await owner.begin();
      await owner.lockTable('orders').catch(() => undefined);
      await clock.sleep(2_000);
      await owner.rollBack();
    }
  } finally {
    await database.close();
  }
}

async function diskFull({ folder, clock }: Run): Promise<void> {
  const disk = new FullDisk(folder);
  disk.fill();
  await clock.sleep(phaseMs).finally(() => disk.free());
}
