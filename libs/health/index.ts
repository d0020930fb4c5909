export { fullJitter } from './backoff.ts';
export { type CheckOptions, Liveness, type Outcome, type Probe, Readiness } from './checks.ts';
export { type Background, Lifecycle, LifecycleSettings, type Server } from './lifecycle.ts';
export { type ManagementOptions, type ManagementServer, managementServer } from './management-server.ts';
export { Periodic, type PeriodicOptions } from './periodic.ts';
export { exitWith, type ProcessEdge } from './process-edge.ts';
export { StartError } from './start-error.ts';
export { Turnstile } from './turnstile.ts';
export { within } from './within.ts';
