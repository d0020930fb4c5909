import { runCommand } from './run-command.ts';

const asked = { what: 'list', transport: 'direct', seed: 1, seeds: 1, keep: false } as const;

describe('command', () => {
  const printed: string[] = [];
  const terminal = {
    say: () => undefined,
    print: (text: string) => void printed.push(text),
    interrupt: new AbortController().signal,
  };

  it('When they are listed, then each says where it runs', async () => {
    expect(await runCommand(asked, terminal)).toBe(true);
    expect(printed.join('\n')).toMatch(/^ {2}F3 +kafka +Brokers are killed/m);
  });

  it.each([
    ['F99', 'There is no scenario "F99". There are F1, F2,'],
    ['F22', 'F22, a migration during traffic, comes with the checks of migrations.'],
    ['F3', 'F3 has nothing to do with direct. There is no broker'],
  ])('When %s is asked for, then it says why not', async (what, message) => {
    await expect(async () => runCommand({ ...asked, what }, terminal)).rejects.toThrow(message);
  });
});
