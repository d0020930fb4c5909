import { type Check, kinds } from './check.ts';

/** What may be missing on a machine that nobody watches, too. */
const allowedInCi = ['Go is not installed', 'this is not root', 'docker compose is not installed'];

/** The skipped checks that count as failures: without a reason anywhere, under CI without a permitted one. */
export function refuseSkips(checks: readonly Check[], inCi: boolean): Check[] {
  return checks.map((check) => {
    if (check.status !== 'skipped') return check;
    const permitted = check.reason !== undefined && (!inCi || allowedInCi.includes(check.reason));
    return permitted ? check : { ...check, status: 'failed', name: `${check.name} was skipped` };
  });
}

/** The lines of the summary; the last one is `N passed, N failed, N skipped`. */
export function report(checks: readonly Check[]): string[] {
  const listed = (status: Check['status'], more: (check: Check) => string) => {
    const those = checks.filter((check) => check.status === status);
    return those.length === 0 ? [] : ['', `${status}:`, ...those.map((check) => `  ${check.name}${more(check)}`)];
  };
  const table = kinds
    .map((kind) => ({ kind, those: checks.filter((check) => check.kind === kind) }))
    .filter(({ those }) => those.length > 0)
    .map(({ kind, those }) => `${kind.padEnd(10)} ${count(those)}`);
  return [
    '',
    ...table,
    ...listed('skipped', ({ reason }) => ` (${reason})`),
    ...listed('failed', () => ''),
    '',
    count(checks),
  ];
}

function count(checks: readonly Check[]): string {
  return (['passed', 'failed', 'skipped'] as const)
    .map((status) => `${checks.filter((check) => check.status === status).length} ${status}`)
    .join(', ');
}
