/** Lets ESLint's rules about files and lines look at files that hold no code: a program without statements. */
export const textParser = {
  meta: { name: 'towpath/text-parser' },
  parseForESLint(text: string) {
    const lines = text.split('\n');
    return {
      ast: {
        type: 'Program' as const,
        sourceType: 'module' as const,
        body: [],
        tokens: [],
        comments: [],
        range: [0, text.length] as [number, number],
        loc: { start: { line: 1, column: 0 }, end: { line: lines.length, column: lines.at(-1)?.length ?? 0 } },
      },
    };
  },
};
