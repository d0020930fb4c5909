/** Tells the person at the keyboard what is going on. */
export type Say = (sentence: string) => void;

/** Prints each sentence behind the seconds since `startedAt` (of `performance.now()`). */
export function progressSince(startedAt: number): Say {
  // A closed terminal or pipe is no reason to die without stopping what runs.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  return (sentence) => {
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(6);
    const [first, ...more] = sentence.split('\n');
    const lines = [`${seconds} s  ${first}`, ...more.map((line) => `${' '.repeat(10)}${line}`)];
    process.stdout.write(`${lines.join('\n')}\n`);
  };
}

/** Rows with their columns below each other. */
export function table(rows: readonly (readonly string[])[], indent = '  '): string {
  const widths = rows.reduce<number[]>(
    (widest, row) => row.map((cell, column) => Math.max(widest[column] ?? 0, cell.length)),
    [],
  );
  const line = (row: readonly string[]) => row.map((cell, column) => cell.padEnd(widths[column])).join('   ');
  return rows.map((row) => `${indent}${line(row)}`.trimEnd()).join('\n');
}
