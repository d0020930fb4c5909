import { channelNames, type State, type World } from './world.ts';

/** What must not be, in any state. */
export type Harm =
  | 'against the tables'
  | 'captured twice'
  | 'captured and voided'
  | 'stock below zero'
  | 'completed without capture or reservation'
  | 'refund that nobody asked'
  | 'two open operations'
  | EndHarm
  | 'without end';

/** What must not be where nothing more happens. */
export type EndHarm =
  | 'never ended'
  | 'stock held'
  | 'authorization held'
  | 'captured money kept'
  | 'stock never committed'
  | 'refund never made'
  | 'gap never filled'
  | 'never settled';

/** What is wrong with a state, whatever is still to come. */
export function harmOf({ order, shelf, money }: State): Harm | undefined {
  const { account, requests } = money;
  const refunds = account.givenBack > 0 || money.operation?.kind === 'refund';
  if (account.taken > 1) return 'captured twice';
  if (account.taken > 0 && account.letGo > 0) return 'captured and voided';
  if (shelf.reserved < 0 || shelf.stock < shelf.reserved) return 'stock below zero';
  if (order.status === 'COMPLETED' && !(account.taken === 1 && isOurs(shelf.reservation)))
    return 'completed without capture or reservation';
  if (refunds && order.refundGoalMinor === 0 && order.status !== 'CANCELLED') return 'refund that nobody asked';
  if (requests.length + (money.operation && !money.operation.claimed ? 1 : 0) > 1) return 'two open operations';
  return undefined;
}

/** What is wrong with a state in which nothing more happens. */
export function endHarmsOf(state: State, world: World): EndHarm[] {
  const { order, shelf, money } = state;
  const { held, taken, givenBack } = money.account;
  const harms: Record<EndHarm, boolean> = {
    'never ended': order.status !== 'COMPLETED' && order.status !== 'CANCELLED',
    'stock held': order.status === 'CANCELLED' && isOurs(shelf.reservation),
    'authorization held': held > 0,
    'captured money kept': order.status === 'CANCELLED' && taken > givenBack,
    'stock never committed': order.status === 'COMPLETED' && shelf.reservation !== 'COMMITTED',
    'refund never made': order.status === 'COMPLETED' && order.refundGoalMinor > 0 && givenBack !== 1,
    'gap never filled': channelNames.some((name) => world.channels[name].hasWaiting(state[name])),
    'never settled': !order.isSettled,
  };
  return (Object.keys(harms) as EndHarm[]).filter((harm) => harms[harm]);
}

const isOurs = (reservation: string): boolean => reservation === 'RESERVED' || reservation === 'COMMITTED';
