import { overload, slowClients } from './bench.ts';
import { killServices } from './f01-kill-services.ts';
import { killPostgres } from './f02-kill-postgres.ts';
import { killBrokers } from './f03-kill-brokers.ts';
import { illRedis } from './f04-ill-redis.ts';
import { pauseProcesses } from './f06-pauses.ts';
import { partitions } from './f07-partitions.ts';
import { slowDependencies } from './f08-slow-dependencies.ts';
import { cutAnswers } from './f09-cut-answers.ts';
import { duplicates } from './f10-duplicates.ts';
import { reordering } from './f11-reordering.ts';
import { lostMessages } from './f12-lost-messages.ts';
import { poison } from './f13-poison.ts';
import { failingHandlers } from './f14-failing-handlers.ts';
import { doubleSubmits } from './f15-double-submits.ts';
import { lateRetries } from './f16-late-retries.ts';
import { illProvider } from './f17-ill-provider.ts';
import { clockSkew } from './f18-clock-skew.ts';
import { rollingRestart } from './f19-rolling-restart.ts';
import { scaleWorkers } from './f20-scale-workers.ts';
import { exhaustedDatabases } from './f21-exhausted-databases.ts';
import { conflicts } from './f25-conflicts.ts';
import { blockedLoops } from './f26-blocked-loops.ts';
import { gate } from './gate.ts';
import { outage } from './outage.ts';
import { recovery } from './recovery.ts';
import { release } from './release.ts';
import type { Measured, Scenario } from './scenario.ts';

/** The rows of the fault catalogue, in its order. F5 is a sweep of its own (`crash-points`); F22 comes with the checks of migrations. */
export const rows: readonly (Scenario | Measured)[] = [
  killServices,
  killPostgres,
  killBrokers,
  illRedis,
  pauseProcesses,
  partitions,
  slowDependencies,
  cutAnswers,
  duplicates,
  reordering,
  lostMessages,
  poison,
  failingHandlers,
  doubleSubmits,
  lateRetries,
  illProvider,
  clockSkew,
  rollingRestart,
  scaleWorkers,
  exhaustedDatabases,
  overload,
  slowClients,
  conflicts,
  blockedLoops,
];

/** Mixes of many rows, and two that measure. */
export const mixes: readonly Scenario[] = [gate, release, outage, recovery];
