/** Stands for the process: remembers instead of ending. */
export function fakeHost(...args: string[]) {
  const said: string[] = [];
  const exits: number[] = [];
  const { promise: ended, resolve: end } = Promise.withResolvers<number>();
  const signals = new Map<string, (reason: unknown) => void>();
  return {
    said,
    exits,
    ended,
    signals,
    argv: ['node', 'main.js', ...args],
    stderr: { write: (text: string) => said.push(text) },
    exit: (code: number) => {
      exits.push(code);
      end(code);
    },
    on: (event: string, listener: (reason: unknown) => void) => signals.set(event, listener),
  };
}
