import { Chances } from './chances.ts';

const read = (text: string | undefined) => Chances.read('MESSAGE_FAULTS', ['drop', 'duplicate', 'reorder'], text);

const faultsOf = (text: string, messages: number) => {
  const faults = read(text)!;
  return Array.from({ length: messages }, () => faults.next() ?? 'none');
};

describe('chances', () => {
  it('When nothing is said, then there are none', () => {
    expect(read(undefined)).toBeUndefined();
    expect(read('')).toBeUndefined();
  });

  it('When probabilities are given, then so often each comes', () => {
    const count = Map.groupBy(faultsOf('drop=0.1,duplicate=0.2,reorder=0.3,seed=7', 10_000), (fault) => fault);

    expect(Object.fromEntries([...count].map(([fault, all]) => [fault, all.length / 100]))).toEqual({
      drop: expect.closeTo(10, -0.3),
      duplicate: expect.closeTo(20, -0.3),
      reorder: expect.closeTo(30, -0.3),
      none: expect.closeTo(40, -0.3),
    });
  });

  it('When the seed is the same, then so is what comes', () => {
    expect(faultsOf('drop=0.5,seed=7', 100)).toEqual(faultsOf('drop=0.5,seed=7', 100));
    expect(faultsOf('drop=0.5,seed=7', 100)).not.toEqual(faultsOf('drop=0.5,seed=8', 100));
  });

  it.each(['drop=2', 'drop=-0.1', 'drop=often', 'lose=0.1', 'drop'])('When it is %s, then it is refused', (text) => {
    expect(() => read(text)).toThrow(/^MESSAGE_FAULTS: (drop|there is no lose)/);
  });
});
