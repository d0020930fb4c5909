import { text } from 'node:stream/consumers';

import { ESLint } from 'eslint';

/** Lints texts as if they lay in the given files; a process of its own, because Jest cannot load ESLint's configuration. */
const cases = JSON.parse(await text(process.stdin)) as [file: string, source: string][];
const eslint = new ESLint();
const results = await Promise.all(cases.map(([filePath, source]) => eslint.lintText(source, { filePath })));
const rules = results.map(([result]) => result?.messages.map(({ ruleId, message }) => ruleId ?? message) ?? []);
process.stdout.write(JSON.stringify(rules));
