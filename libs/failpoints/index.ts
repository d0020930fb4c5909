export { failpoint } from './failpoint.ts';
export { type Guard, guards, isRemoved } from './guards.ts';
export { type Failpoint, failpoints, type NamedTransaction, type Side, sides } from './points.ts';

declare global {
  /** Set when the code is bundled: false in what is shipped, where all that hangs on it is left out. */
  const TOWPATH_TEST_BUILD: boolean;
}
