import { eventually } from './eventually.ts';

describe('eventually', () => {
  it('When it holds after a while, then it is looked at until then and no longer', async () => {
    let looks = 0;

    await eventually(() => (looks += 1)).toBe(3);

    expect(looks).toBe(3);
  });

  it('When it ends to hold after a while, then its negation is awaited too', async () => {
    let looks = 0;

    await eventually(async () => (looks += 1)).not.toBeLessThan(3);

    expect(looks).toBe(3);
  });

  it('When looking fails at first, then it is looked again', async () => {
    let looks = 0;

    await eventually(() => {
      looks += 1;
      if (looks < 3) throw new Error('not there yet');
      return 'there';
    }).toBe('there');

    expect(looks).toBe(3);
  });

  it('When it never holds, then the last failure is thrown', async () => {
    await expect(eventually(() => 1).toBe(2)).rejects.toThrow(/Expected: .*2/);
  });
});
