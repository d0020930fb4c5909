import { type Session, sql } from '@towpath/database';

/** The first half of the advisory lock's key; the second is the bucket. */
const lockClass = 7_290_002;

/** The server ends the session, and frees its locks, once it has heard nothing for ten seconds. */
export async function endWhenIdle(session: Session): Promise<void> {
  await session.rows(sql`SELECT set_config('idle_session_timeout', '10s', false)`);
}

/** Takes those of the buckets that nobody holds. */
export async function lockBuckets(session: Session, buckets: readonly number[]): Promise<number[]> {
  const taken = await session.rows<{ bucket: number }>(sql`
    SELECT bucket FROM unnest(${buckets}::int[]) AS bucket WHERE pg_try_advisory_lock(${lockClass}::int, bucket)`);
  return taken.map(({ bucket }) => bucket);
}
