import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import { builtinRules } from 'eslint/use-at-your-own-risk';
import sortImports from 'eslint-plugin-simple-import-sort';
import typescript from 'typescript-eslint';

import { pathRule } from './tools/towpath/src/lint/path.rule.ts';
import { textParser } from './tools/towpath/src/lint/text-parser.ts';

const typescriptFiles = ['**/*.ts'];
const code = ['**/*.{ts,mjs,cjs}'];
const tests = ['**/*.spec.ts', '**/test/**/*.ts'];

/** Which project may import which, by tag: the rows are sources. Tests may also import the testing lib. */
const boundaries = ({ inTests, allow = [] }) => {
  const testing = inTests ? ['type:testing'] : [];
  const contracts = inTests ? {} : { allowedExternalImports: ['zod'] };
  const may = (source, targets, more) => ({ sourceTag: source, onlyDependOnLibsWithTags: targets, ...more });
  return {
    allow,
    // The testing lib starts real services, so the libs it is made of are tested with it.
    ignoredCircularDependencies: [['testing', '*']],
    depConstraints: [
      may('type:app', ['type:defaults', 'type:platform', 'type:client', 'type:contract', ...testing]),
      may('type:client', ['type:platform', 'type:contract', ...testing]),
      may('type:defaults', ['type:platform', 'type:contract', ...testing]),
      may('type:platform', ['type:platform', 'type:contract', ...testing]),
      may('type:contract', ['type:contract', ...testing], contracts),
      may('type:testing', ['type:defaults', 'type:platform', 'type:contract', 'type:testing']),
      may('type:e2e', ['type:testing', 'type:client', 'type:contract']),
      may('type:tool', ['type:tool']),
      // Beside what it is allowed below, file by file.
      may('type:model', []),
    ],
  };
};

/** What the code runs and the model explores: pure tables, and nothing else of their projects. */
const explored = String.raw`^(\.\./)+(apps/[^/]+/src/[^/]+/[^/]+\.machine|libs/messaging/gate)\.ts$`;

/**
 * Forbids something everywhere but in some files: an import (by name, or by a pattern of names), a syntax (by selector)
 * or a property. It is one of ESLint's own rules under a name of ours, as in `driver/imports`, because the options of
 * one rule do not add up over several blocks.
 */
const forbid = (name, { files = code, except = [], message, imports, patterns, syntax, property }) => {
  const rules = {
    ...(imports && { imports: ['no-restricted-imports', { paths: imports.map((it) => ({ ...it, message })) }] }),
    ...(patterns && {
      imports: ['no-restricted-imports', { patterns: patterns.map((regex) => ({ regex, message })) }],
    }),
    ...(syntax && { syntax: ['no-restricted-syntax', ...syntax.map((selector) => ({ selector, message }))] }),
    ...(property && { property: ['no-restricted-properties', { ...property, message }] }),
  };
  const map = (value) => Object.fromEntries(Object.entries(rules).map(([kind, rule]) => value(kind, ...rule)));
  return {
    files,
    ignores: except,
    plugins: { [name]: { rules: map((kind, rule) => [kind, builtinRules.get(rule)]) } },
    rules: map((kind, _, ...options) => [`${name}/${kind}`, ['error', ...options]]),
  };
};

const sqlText = String.raw`/^\s*(select\s[^]+\sfrom|insert\s+into|update\s+\S+\s+set|delete\s+from|(create|alter|drop)\s+(table|index|database|role|schema))\s/i`;
const amountName = '/(Minor|_minor|^amount)$/';
const amountOfMoney = `:matches(Identifier[name=${amountName}], MemberExpression[property.name=${amountName}])`;

export default [
  { ignores: ['**/dist', '**/node_modules', '**/*.generated.ts', '.nx', '.towpath', '**/coverage'] },
  js.configs.recommended,
  ...typescript.configs.recommended.map((config) => ({ ...config, files: typescriptFiles })),

  {
    files: code,
    plugins: { 'simple-import-sort': sortImports, towpath: { rules: { path: pathRule } } },
    rules: {
      'simple-import-sort/imports': 'error',
      'simple-import-sort/exports': 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'] }],
      'towpath/path': ['error', { maxDepth: 6, maxName: 40 }],
      'max-lines': ['error', { max: 200, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
      'max-depth': ['error', 3],
    },
  },
  {
    files: typescriptFiles,
    plugins: { '@nx': nx },
    rules: {
      '@nx/enforce-module-boundaries': ['error', boundaries({ inTests: false })],
      '@typescript-eslint/max-params': ['error', { max: 5 }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true, defaultFrom: true } }],
    },
  },
  {
    files: tests,
    rules: {
      '@nx/enforce-module-boundaries': ['error', boundaries({ inTests: true })],
      '@typescript-eslint/no-explicit-any': 'off',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      // A describe block is as long as its file.
      'max-lines-per-function': 'off',
    },
  },
  {
    files: ['tools/model/**/*.ts'],
    rules: { '@nx/enforce-module-boundaries': ['error', boundaries({ inTests: false, allow: [explored] })] },
  },
  {
    // Node runs tools as they are: it cannot tell that an import is only a type.
    files: ['tools/**/*.ts'],
    rules: { '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }] },
  },
  {
    files: ['**/*.{cjs,mjs}'],
    // They use what Node has; TypeScript knows it where it checks them.
    rules: { 'no-undef': 'off' },
  },
  {
    files: ['{apps,libs}/*/README.md'],
    languageOptions: { parser: textParser },
    rules: { 'max-lines': ['error', 60] },
  },
  {
    files: ['**/*.sql'],
    plugins: { towpath: { rules: { path: pathRule } } },
    languageOptions: { parser: textParser },
    rules: { 'towpath/path': ['error', { maxDepth: 6, maxName: 40 }] },
  },

  forbid('driver', {
    except: ['libs/database/**', 'tools/*/src/postgres/**'],
    imports: [{ name: 'pg' }],
    message: 'The database driver is used only by @towpath/database.',
  }),
  forbid('broker', {
    // The testing lib and the fault harness make brokers ill and look into them, past all that messaging does.
    except: ['libs/messaging/**', 'libs/testing/**', 'tools/faults/src/kafka/**'],
    imports: [{ name: '@nestjs/microservices' }, { name: 'kafkajs' }],
    message: 'Only @towpath/messaging knows the broker.',
  }),
  forbid('redis', {
    except: ['libs/redis/**', 'libs/testing/**', ...tests],
    imports: [{ name: 'ioredis' }],
    message: 'Redis is asked through @towpath/redis: nobody waits for one that is away.',
  }),
  forbid('environment', {
    except: ['libs/config/**', 'tools/*/src/**/*environment.ts', 'tools/node/*.mjs', '**/jest-global-setup.mjs'],
    property: { object: 'process', property: 'env' },
    imports: ['node:process', 'process'].map((name) => ({ name, importNames: ['env', 'default'] })),
    message: 'Settings are read by @towpath/config; in a tool, by its environment.ts.',
  }),
  forbid('sql', {
    except: ['**/*.repository.ts', 'libs/database/**', 'libs/*/*.tables.ts', 'tools/*/src/postgres/**', ...tests],
    syntax: [
      'TaggedTemplateExpression[tag.name="sql"]',
      `Literal[value=${sqlText}]`,
      `TemplateElement[value.raw=${sqlText}]`,
    ],
    message: 'SQL lives in *.repository.ts.',
  }),
  forbid('money', {
    files: ['{apps,libs}/**/*.ts'],
    // Tests may know better than the code what comes out.
    except: ['libs/money/**', ...tests],
    syntax: [
      ':matches(BinaryExpression, AssignmentExpression)[operator=/^[-+*%\\x2f]/]',
      'UnaryExpression[operator="-"]',
      'UpdateExpression',
    ].map((counting) => `${counting} > ${amountOfMoney}`),
    message: 'Only @towpath/money counts with money.',
  }),
  forbid('emit', {
    files: ['{apps,libs}/**/*.ts'],
    syntax: ['CallExpression[callee.property.name="emit"]'],
    message: 'emit() loses errors when nobody listens: publish through the Outbox, or call the listener.',
  }),
  forbid('door', {
    patterns: ['^@towpath/[^/]+/'],
    message: 'A lib is imported only through its index.ts.',
  }),
  forbid('extension', {
    patterns: [String.raw`^\.{1,2}(/|$)(?!.*\.(ts|mjs|cjs|json)$)`],
    message: 'Relative imports end in .ts.',
  }),
  forbid('model', {
    files: ['tools/model/**/*.ts'],
    patterns: ['^@towpath/', String.raw`^(?!${explored})(\.\./)+(apps|libs|tools)/`],
    message:
      'The model explores the pure tables of the services and the gate of messaging, and knows nothing else of them.',
  }),
  forbid('pure', {
    files: ['**/*.machine.ts', 'libs/messaging/gate.ts'],
    syntax: ['ImportDeclaration[importKind!="type"]'],
    message: 'A state machine is a pure table: it imports only types.',
  }),
  forbid('names', {
    files: typescriptFiles,
    syntax: [
      ':matches(ClassDeclaration, TSInterfaceDeclaration, TSTypeAliasDeclaration) > Identifier.id[name=/^I[A-Z][a-z]|^Base[A-Z]|(Impl|Manager|Helper|Utils?)$/]',
    ],
    message: 'Say what it is or does: no I prefix, no Base, Impl, Manager, Helper or Util.',
  }),
  forbid('explicit', {
    files: typescriptFiles,
    syntax: ['ExportAllDeclaration'],
    message: 'Name what is exported.',
  }),
  forbid('titles', {
    files: tests,
    syntax: [
      'CallExpression:matches([callee.name=/^(it|test)$/], [callee.object.name=/^(it|test)$/], [callee.callee.object.name=/^(it|test)$/]) > Literal.arguments:first-child:not([value=/^When .+, then /])',
    ],
    message: 'A test is titled: When …, then …',
  }),
];
