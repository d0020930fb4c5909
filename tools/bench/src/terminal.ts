/** Tells the person at the keyboard what is going on. */
export type Say = (sentence: string) => void;

/** A mistake of the person at the keyboard: shown without a stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Prints each sentence behind the seconds since now. */
export function progress(): Say {
  const startedAt = performance.now();
  return (sentence) => {
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(6);
    process.stdout.write(`${seconds} s  ${sentence}\n`);
  };
}

/** Rows with their columns below each other. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (row: readonly string[]) => row.map((cell, column) => cell.padEnd(widths[column])).join('   ');
  return rows.map((row) => `  ${line(row)}`.trimEnd()).join('\n');
}
