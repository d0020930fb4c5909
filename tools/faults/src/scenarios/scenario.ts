import { type Say } from '@towpath/local';

import { type Expected } from '../checker/expected.ts';
import { type History } from '../history/history.ts';
import { type Load, type LoadOptions } from '../load/load.ts';
import { type Clock } from '../nemesis/clock.ts';
import { type Nemesis } from '../nemesis/nemesis.ts';
import { type Random } from '../random.ts';
import { type ScenarioFinding } from '../result.ts';
import { type FaultShop, type FaultShopOptions, type TransportName } from '../shop/fault-shop.ts';

/** What is true of every scenario, whether it runs a shop of its own or a bench. */
export interface Named {
  /** `F7`, `gate`. */
  readonly id: string;
  readonly title: string;
  readonly transports: readonly TransportName[];
  /** Why it cannot apply to the other transport. */
  readonly why?: Partial<Record<TransportName, string>>;
  /** A sentence, when this machine lacks what it needs. */
  readonly missing?: () => string | undefined;
}

/** A scenario under load: a row of the fault catalogue, or a mix of many. */
export interface Scenario extends Named {
  readonly orders: number;
  readonly shop?: (given: Given) => Partial<FaultShopOptions>;
  readonly load?: Partial<LoadOptions>;
  /** Customers wait while more orders than this are on their way; 120 unless said. */
  readonly mostUnsettled?: number;
  /** From the start of the load to the end of the check; 6 minutes unless said. */
  readonly deadlineMs?: number;
  /** Before there is a shop, and after it is gone. */
  before?(given: Given): void;
  after?(given: Given): void;
  /** On a shop that stands and is not used yet. */
  prepare?(run: Run): Promise<void>;
  /** Runs beside the load. Through the nemesis alone. */
  faults(run: Run): Promise<void>;
  /** What must be so once all has settled, beside the invariants. */
  also?(run: Run): Promise<void>;
}

/** What is known before the shop stands. */
export interface Given {
  readonly transport: TransportName;
  readonly seed: number;
  /** Of the run. */
  readonly folder: string;
}

/** A scenario that `tools/bench` measures; its findings become the result. */
export interface Measured extends Named {
  readonly bench: string;
}

type Changing<T> = { -readonly [K in keyof T]: T[K] };

/** All that a scenario works with. */
export interface Run extends Given {
  readonly orders: number;
  readonly random: Random;
  readonly shop: FaultShop;
  readonly load: Load;
  readonly history: History;
  readonly nemesis: Nemesis;
  readonly clock: Clock;
  readonly say: Say;
  /** What was done on purpose, for the checker. */
  readonly expected: Changing<Expected>;
  /** States what was found beside the invariants; one that is not met fails the run. */
  found(finding: ScenarioFinding): void;
}
