import { expectedOfGate, runGate } from './gate-run.ts';

jest.setTimeout(1_200_000);

describe('the gate', () => {
  it('When 2,000 orders come in while processes die and stand still, then every invariant holds', async () => {
    const result = await runGate('direct');

    expect(result).toEqual(expectedOfGate(result));
  });
});
