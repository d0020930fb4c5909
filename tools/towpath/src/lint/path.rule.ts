import { relative } from 'node:path';

import type { Rule } from 'eslint';

const kebabCase = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*$/;

/** Where a file may lie and what it may be called: options `maxDepth` (parts of the path), `maxName` (characters). */
export const pathRule: Rule.RuleModule = {
  meta: {
    type: 'layout',
    schema: [{ type: 'object', properties: { maxDepth: { type: 'integer' }, maxName: { type: 'integer' } } }],
    messages: {
      depth: 'This file is {{ depth }} levels deep; the limit is {{ maxDepth }}.',
      name: 'The name {{ name }} has {{ length }} characters; the limit is {{ maxName }}.',
      kebab: 'The name {{ name }} is not in kebab-case with its role after the dot, as in place-order.use-case.ts.',
    },
  },
  create(context) {
    const { maxDepth, maxName } = context.options[0] as { maxDepth: number; maxName: number };
    const parts = relative(context.cwd, context.filename).split('/');
    const name = parts[parts.length - 1];
    return {
      Program(node) {
        const report = (messageId: string, data: Record<string, string | number>) =>
          context.report({ node, messageId, data: data as Record<string, string> });
        if (parts.length > maxDepth) report('depth', { depth: parts.length, maxDepth });
        if (name.length > maxName) report('name', { name, length: name.length, maxName });
        if (!kebabCase.test(name)) report('kebab', { name });
      },
    };
  },
};
