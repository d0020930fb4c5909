export { type ProcessSpec } from './supervisor/managed-process.ts';
export { Supervisor } from './supervisor/supervisor.ts';
export { type Say } from './terminal/progress.ts';
