import { expectedOfGate, runGate } from '../gate-run.ts';

jest.setTimeout(1_200_000);

describe('the gate', () => {
  it('When 2,000 orders travel through brokers that die too, then every invariant holds', async () => {
    const result = await runGate('kafka');

    expect(result).toEqual(expectedOfGate(result));
  });
});
