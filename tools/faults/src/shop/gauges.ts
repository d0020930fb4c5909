/** What each service tells of the work that it has begun. */
export const workGauges = [
  'http_requests_in_flight',
  'message_handlers_in_flight',
  'message_sends_in_flight',
  'provider_calls_in_flight',
] as const;

/** A fault does not wait for a busy process to say how busy it is. */
const patienceMs = 250;

/** The sum of these gauges of a process, of those with this label only when one is given. @throws Error when it does not tell in time */
export async function sumOfGauges(management: string, gauges: readonly string[], label = ''): Promise<number> {
  const wanted = new URLSearchParams(gauges.map((name) => ['name[]', name]));
  const response = await fetch(`${management}/metrics?${wanted}`, { signal: AbortSignal.timeout(patienceMs) });
  const lines = (await response.text()).split('\n').map((line) => line.split(' '));
  return lines
    .filter(([name]) => gauges.includes(name.split('{', 1)[0]) && name.includes(label))
    .reduce((sum, [, value]) => sum + (Number(value) || 0), 0);
}
