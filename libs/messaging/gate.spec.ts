import fc from 'fast-check';

import { admit, type Arrival, type Cursor, mayJump, nextOf, released, replaces, waiting } from './gate.ts';

const open = (version: number): Cursor => ({ version, blocked: false });

describe('gate', () => {
  it.each`
    cursor                           | version | jumps    | decision
    ${open(0)}                       | ${1}    | ${false} | ${'apply'}
    ${open(3)}                       | ${4}    | ${false} | ${'apply'}
    ${open(3)}                       | ${5}    | ${false} | ${'buffer'}
    ${open(3)}                       | ${5}    | ${true}  | ${'apply'}
    ${open(3)}                       | ${3}    | ${false} | ${'stale'}
    ${open(3)}                       | ${2}    | ${true}  | ${'stale'}
    ${{ version: 3, blocked: true }} | ${4}    | ${false} | ${'buffer'}
    ${{ version: 3, blocked: true }} | ${9}    | ${true}  | ${'buffer'}
    ${{ version: 3, blocked: true }} | ${3}    | ${true}  | ${'stale'}
  `('When version $version (jumps: $jumps) meets $cursor, then $decision', ({ cursor, version, jumps, decision }) => {
    expect(admit(cursor, { version, jumps })).toBe(decision);
  });

  it('When the next in order waits beside a newer one that may jump, then the one in order comes first', () => {
    const buffered = [
      { version: 7, jumps: true },
      { version: 4, jumps: false },
    ];

    expect(nextOf(open(3), buffered)).toEqual({ version: 4, jumps: false });
  });

  it('When only later ones wait, then the newest that may jump comes next, or none', () => {
    const buffered = [
      { version: 6, jumps: true },
      { version: 8, jumps: true },
      { version: 9, jumps: false },
    ];

    expect(nextOf(open(3), buffered)).toEqual({ version: 8, jumps: true });
    expect(nextOf(open(3), [{ version: 9, jumps: false }])).toBeUndefined();
    expect(nextOf({ version: 3, blocked: true }, buffered)).toBeUndefined();
  });

  it.each`
    carries        | isSnapshot | jumps
    ${'reports'}   | ${false}   | ${false}
    ${'reports'}   | ${true}    | ${true}
    ${'goals'}     | ${false}   | ${true}
    ${'goals'}     | ${true}    | ${true}
    ${'snapshots'} | ${true}    | ${true}
  `('When one of $carries has snapshot $isSnapshot, then it may jump: $jumps', ({ carries, isSnapshot, jumps }) => {
    expect(mayJump(isSnapshot, carries)).toBe(jumps);
  });

  it('When the cursor moves, then what it has passed waits no longer', () => {
    const buffered = [2, 3, 4].map((version) => ({ version, jumps: true }));

    expect(waiting(open(3), buffered)).toEqual([{ version: 4, jumps: true }]);
  });

  it.each`
    message                         | buffered                        | replaced
    ${{ version: 5, jumps: true }}  | ${{ version: 4, jumps: true }}  | ${true}
    ${{ version: 4, jumps: true }}  | ${{ version: 5, jumps: true }}  | ${false}
    ${{ version: 5, jumps: true }}  | ${{ version: 4, jumps: false }} | ${false}
    ${{ version: 5, jumps: false }} | ${{ version: 4, jumps: true }}  | ${false}
  `('When $message comes to a buffer with $buffered, then that is replaced: $replaced', (each) => {
    expect(replaces(each.message, each.buffered)).toBe(each.replaced);
  });

  it('When the cursor moves, then all that is in order comes, then the newest that may jump, and what follows it', () => {
    const late = (version: number, jumps = false) => ({ version, jumps });
    const buffered = [late(9), late(8, true), late(6, true), late(4), late(5), late(2), late(11)];

    expect(released(open(3), buffered)).toEqual([late(4), late(5), late(6, true), late(8, true), late(9)]);
    expect(released(open(9), buffered)).toEqual([]);
  });

  it('When messages come in any order with repetitions, then versions only rise, gaps are only jumped, and the newest jump is reached', () => {
    const stream = fc.array(fc.boolean(), { minLength: 1, maxLength: 12 });
    const arrivals = stream.chain((jumps) => {
      const messages = jumps.map((jump, index) => ({ version: index + 1, jumps: jump }));
      const again = fc.array(fc.constantFrom(...messages), { maxLength: 10 });
      return again.chain((more) =>
        fc.shuffledSubarray([...messages, ...more], { minLength: messages.length + more.length }),
      );
    });

    fc.assert(
      fc.property(arrivals, (messages) => {
        const applied = run(messages);

        applied.forEach((message, index) => {
          const before = applied[index - 1]?.version ?? 0;
          expect(message.version).toBeGreaterThan(before);
          if (!message.jumps) expect(message.version).toBe(before + 1);
        });
        expect(applied.at(-1)?.version).toBe(Math.max(...messages.map(({ version }) => version)));
      }),
    );
  });
});

/** What a consumer does with these arrivals: the versions it applies, in order. */
function run(arrivals: readonly Arrival[]): Arrival[] {
  const applied: Arrival[] = [];
  let buffered: Arrival[] = [];
  for (const arrival of arrivals) {
    const decision = admit(open(applied.at(-1)?.version ?? 0), arrival);
    if (decision === 'buffer') buffered.push(arrival);
    for (let next = decision === 'apply' ? arrival : undefined; next;) {
      applied.push(next);
      const { version } = next;
      buffered = buffered.filter((each) => each.version > version);
      next = nextOf(open(version), buffered);
    }
  }
  return applied;
}
