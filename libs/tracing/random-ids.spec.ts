import { newSpanId, newTraceId } from './random-ids.ts';

describe('ids of traces and spans', () => {
  it('When more are made than were drawn in advance, then each is new and as long as it must be', () => {
    const traces = Array.from({ length: 1_000 }, newTraceId);
    const spans = Array.from({ length: 1_000 }, newSpanId);

    expect([new Set(traces).size, new Set(spans).size]).toEqual([1_000, 1_000]);
    expect([...traces, ...spans].filter((id) => !/^([0-9a-f]{32}|[0-9a-f]{16})$/.test(id))).toEqual([]);
  });
});
