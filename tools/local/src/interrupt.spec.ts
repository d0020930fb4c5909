import { onInterrupt } from './interrupt.ts';

describe('interrupt', () => {
  it('When npm repeats a Ctrl-C, then it counts once, and the next one hurries', () => {
    const now = jest.spyOn(performance, 'now');
    const hurry = jest.fn();
    const press = (atMs: number) => {
      now.mockReturnValue(atMs);
      process.emit('SIGINT');
    };

    const signal = onInterrupt(hurry);
    expect(signal.aborted).toBe(false);

    press(5_000);
    press(5_010);
    expect({ aborted: signal.aborted, hurried: hurry.mock.calls.length }).toEqual({ aborted: true, hurried: 0 });

    press(7_000);
    expect(hurry).toHaveBeenCalledTimes(1);
  });
});
