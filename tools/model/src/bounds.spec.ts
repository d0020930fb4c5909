import { defaultBounds, describeBounds, readCommand } from './bounds.ts';

describe('the command', () => {
  it('When bounds are named, then these are read, and the rule that is left out', () => {
    const command = readCommand(['--losses', '2', '--early-sweeps', '0', '--without', 'tombstone']);

    expect(command).toEqual({ bounds: { losses: 2, earlySweeps: 0 }, without: 'tombstone' });
  });

  it('When bounds are described, then they can be typed again', () => {
    const typed = describeBounds(defaultBounds).split(' ');

    expect(readCommand(typed)).toEqual({ bounds: defaultBounds, without: undefined });
  });

  it.each([
    ['a bound is no digit', ['--losses', 'many'], /--losses is a number from 0 to 9/],
    ['an option is unknown', ['--crashes', '1'], /--crashes/],
  ])('When %s, then it says so', (_, args, sentence) => {
    expect(() => readCommand(args)).toThrow(sentence);
  });
});
