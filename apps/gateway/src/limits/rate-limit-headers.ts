import type { Taken } from './limit.ts';

type Headers = Record<string, string>;

/** What an answer says of the limits that its request was counted by: draft-ietf-httpapi-ratelimit-headers-10. */
export function rateLimitHeaders(all: readonly Taken[]): Headers {
  const told = all.filter(({ policy, isOver }) => isOver || !policy.isSilent);
  if (told.length === 0) return {};
  const items = (parameters: (taken: Taken) => string) =>
    told.map((taken) => `"${taken.policy.name}";${parameters(taken)}`).join(', ');
  return {
    'ratelimit-policy': items(({ policy }) => `q=${policy.limit};w=${policy.windowSeconds}`),
    ratelimit: items(({ left, endsInMs }) => `r=${left};t=${seconds(endsInMs)}`),
  };
}

/** Whole seconds, so that whoever waits for so long does not come too early. */
export function seconds(ms: number): number {
  return Math.max(1, Math.ceil(Math.round(ms) / 1_000));
}
