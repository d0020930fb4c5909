import type { Run } from '../scenarios/scenario.ts';
import { bundleCommand, type Ended } from './bundle-command.ts';
import { NewDatabase } from './schema.repository.ts';
import type { Step } from './steps.ts';
import { StrayCharge } from './stray-charge.ts';

const reconcile = ['reconcile', '--days', '1', '--grace-ms', '0'];
const migrated = {
  catalog: 'catalog-1',
  'order-processor': 'order-processor-worker-1',
  payment: 'payment-1',
  user: 'user-1',
};

/** A command dies and is run again. Resolves with whether it died. @throws Error when the second run does not finish the work */
export function dieInCommand(run: Run, step: Step): Promise<boolean> {
  if (step.by === 'migrate') return dieMigrating(run, step);
  return dieReconciling(run, step);
}

async function dieReconciling({ shop }: Run, { by, place, name }: Step): Promise<boolean> {
  const stray = by === 'mismatch' ? await StrayCharge.hold(shop.sandbox) : undefined;
  const first = await bundleCommand(shop, 'payment-1', reconcile, { FAILPOINT: place });
  const second = await bundleCommand(shop, 'payment-1', reconcile);
  await stray?.letGo();
  const third = await bundleCommand(shop, 'payment-1', reconcile);
  if (second.code !== (stray ? 1 : 0)) throw new Error(`${name}: after it ${describe(second)}`);
  if (stray && !second.output.includes(stray.orderId)) throw new Error(`${name}: the mismatch was not found again`);
  if (third.code !== 0) throw new Error(`${name}: once all agreed ${describe(third)}`);
  return died(first);
}

async function dieMigrating({ shop, random }: Run, { place, name }: Step): Promise<boolean> {
  const service = random.pick(Object.keys(migrated) as (keyof typeof migrated)[]);
  const database = new NewDatabase(shop.databases[service]);
  try {
    await database.create();
    const settings = { DATABASE_URL: database.url };
    const point = `${place}:${random.integer(1, 2)}`;
    const first = await bundleCommand(shop, migrated[service], ['migrate'], { ...settings, FAILPOINT: point });
    const second = await bundleCommand(shop, migrated[service], ['migrate'], settings);
    if (second.code !== 0) throw new Error(`${name}: after it ${describe(second)}`);
    if (!(await database.isComplete())) throw new Error(`${name}: the schema of ${service} is not the same after it`);
    return died(first);
  } finally {
    await database.drop();
  }
}

const died = ({ signal }: Ended): boolean => signal === 'SIGKILL';
const describe = ({ code, output }: Ended): string => `the command ended with ${code}: ${output.slice(-500)}`;
