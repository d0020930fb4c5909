import { type Database, Sql, sql } from '@towpath/database';

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Parent Relationship'?: string;
  readonly Plans?: readonly PlanNode[];
}

type Step = [node: string, index: string | undefined];

/** So many that a plan which reads all of them costs too much: settled ones but for a few, nearly all of them completed. */
export async function manyOrders(database: Database): Promise<void> {
  // In parts: a busy machine must not take longer for one than a statement may.
  for (const first of [1, 5_001, 10_001, 15_001])
    await database.rows(sql`
    INSERT INTO orders (id, user_id, cart_id, total_minor, currency, payment_method, status, version, cancel_reason,
                        deadline_at, created_at, updated_at, progress_at, settled_at)
    SELECT ('01990000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, gen_random_uuid(), gen_random_uuid(), 1, 'EUR', 'pm_1',
           CASE WHEN n > 19950 THEN 'CONFIRMED' WHEN n % 100 = 0 THEN 'CANCELLED' ELSE 'COMPLETED' END, 5,
           CASE WHEN n <= 19950 AND n % 100 = 0 THEN 'declined' END,
           now(), now(), now(), now(), CASE WHEN n <= 19950 THEN now() END
    FROM generate_series(${first}::int, ${first} + 4999) AS n`);
  await database.rows(sql`ANALYZE orders`);
}

/** What the database would do to answer, without what it does for each row that it found. */
export async function planOf(database: Database, { strings, values }: Sql): Promise<Step[]> {
  const explain = new Sql([`EXPLAIN (FORMAT JSON) ${strings[0]}`, ...strings.slice(1)], values);
  const { 'QUERY PLAN': plan } = await database.one<{ 'QUERY PLAN': { Plan: PlanNode }[] }>(explain);
  return stepsOf(plan[0]!.Plan);
}

function stepsOf({ 'Node Type': type, 'Index Name': index, Plans: below = [] }: PlanNode): Step[] {
  const inner = below.filter((node) => node['Parent Relationship'] !== 'SubPlan');
  return [[type, index], ...inner.flatMap(stepsOf)];
}
