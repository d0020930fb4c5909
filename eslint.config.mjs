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
const boundaries = ({ tests }) => {
  const testing = tests ? ['type:testing'] : [];
  const contracts = tests ? {} : { allowedExternalImports: ['zod'] };
  const may = (source, targets, more) => ({ sourceTag: source, onlyDependOnLibsWithTags: targets, ...more });
  return {
    allow: [],
    // The testing lib starts real services, so the libs it is made of are tested with it.
    ignoredCircularDependencies: [['testing', '*']],
    depConstraints: [
      may('type:app', ['type:defaults', 'type:platform', 'type:contract', ...testing]),
      may('type:defaults', ['type:platform', 'type:contract', ...testing]),
      may('type:platform', ['type:platform', 'type:contract', ...testing]),
      may('type:contract', ['type:contract', ...testing], contracts),
      may('type:testing', ['type:defaults', 'type:platform', 'type:contract', 'type:testing']),
      may('type:e2e', ['type:testing', 'type:contract']),
      may('type:tool', ['type:tool']),
    ],
  };
};

/**
 * Something that only some files may do. It gets ESLint's own rules under its own name (`driver/imports`), because
 * the options of one rule do not add up over several blocks.
 */
const only = (name, where, rules, files = code) => {
  const rule = {
    imports: 'no-restricted-imports',
    syntax: 'no-restricted-syntax',
    properties: 'no-restricted-properties',
  };
  return {
    files,
    ignores: where,
    plugins: {
      [name]: { rules: Object.fromEntries(Object.keys(rules).map((kind) => [kind, builtinRules.get(rule[kind])])) },
    },
    rules: Object.fromEntries(
      Object.entries(rules).map(([kind, options]) => [`${name}/${kind}`, ['error', ...options]]),
    ),
  };
};

const sqlText = String.raw`/^\s*(select\s[^]+\sfrom|insert\s+into|update\s+\S+\s+set|delete\s+from|(create|alter|drop)\s+(table|index|database|role|schema))\s/i`;

export default [
  { ignores: ['**/dist', '**/node_modules', '.nx', '.towpath', '**/coverage'] },
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
      '@nx/enforce-module-boundaries': ['error', boundaries({ tests: false })],
      '@typescript-eslint/max-params': ['error', { max: 5 }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true, defaultFrom: true } }],
    },
  },
  {
    files: tests,
    rules: {
      '@nx/enforce-module-boundaries': ['error', boundaries({ tests: true })],
      '@typescript-eslint/no-explicit-any': 'off',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      // A describe block is as long as its file.
      'max-lines-per-function': 'off',
    },
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

  only('driver', ['libs/database/**', 'tools/*/src/postgres/**'], {
    imports: [{ paths: [{ name: 'pg', message: 'The database driver is used only by @towpath/database.' }] }],
  }),
  only('broker', ['libs/messaging/**'], {
    imports: [
      {
        paths: ['@nestjs/microservices', 'kafkajs'].map((name) => ({
          name,
          message: 'Only @towpath/messaging knows the broker.',
        })),
      },
    ],
  }),
  only(
    'environment',
    ['libs/config/**', 'tools/*/src/**/*environment.ts', 'tools/node/*.mjs', '**/jest-global-setup.mjs'],
    {
      properties: [
        {
          object: 'process',
          property: 'env',
          message: 'Settings are read by @towpath/config; in a tool, by its environment.ts.',
        },
      ],
      imports: [
        {
          paths: ['node:process', 'process'].map((name) => ({
            name,
            importNames: ['env', 'default'],
            message: 'Use the global process.',
          })),
        },
      ],
    },
  ),
  only(
    'sql',
    [
      '**/*.repository.ts',
      'libs/database/**',
      'libs/messaging/messaging.tables.ts',
      'tools/*/src/postgres/**',
      ...tests,
    ],
    {
      syntax: [
        'TaggedTemplateExpression[tag.name="sql"]',
        `Literal[value=${sqlText}]`,
        `TemplateElement[value.raw=${sqlText}]`,
      ].map((selector) => ({ selector, message: 'SQL lives in *.repository.ts.' })),
    },
  ),
  only(
    'emit',
    [],
    {
      syntax: [
        {
          selector: 'CallExpression[callee.property.name="emit"]',
          message: 'emit() loses errors when nobody listens: publish through the Outbox, or call the listener.',
        },
      ],
    },
    ['{apps,libs}/**/*.ts'],
  ),
  only('modules', [], {
    imports: [
      {
        patterns: [
          { regex: '^@towpath/[^/]+/', message: 'A lib is imported only through its index.ts.' },
          { regex: String.raw`^\.{1,2}(/|$)(?!.*\.(ts|mjs|cjs|json)$)`, message: 'Relative imports end in .ts.' },
        ],
      },
    ],
  }),
  only(
    'pure',
    [],
    {
      syntax: [
        {
          selector: 'ImportDeclaration[importKind!="type"]',
          message: 'A state machine is a pure table: it imports only types.',
        },
      ],
    },
    ['**/*.machine.ts'],
  ),
  only(
    'names',
    [],
    {
      syntax: [
        {
          selector:
            ':matches(ClassDeclaration, TSInterfaceDeclaration, TSTypeAliasDeclaration) > Identifier.id[name=/^I[A-Z][a-z]|^Base[A-Z]|(Impl|Manager|Helper|Utils?)$/]',
          message: 'Say what it is or does: no I prefix, no Base, Impl, Manager, Helper or Util.',
        },
      ],
    },
    typescriptFiles,
  ),
  only(
    'explicit',
    [],
    { syntax: [{ selector: 'ExportAllDeclaration', message: 'Name what is exported.' }] },
    typescriptFiles,
  ),
  only(
    'titles',
    [],
    {
      syntax: [
        {
          selector:
            'CallExpression:matches([callee.name=/^(it|test)$/], [callee.object.name=/^(it|test)$/], [callee.callee.object.name=/^(it|test)$/]) > Literal.arguments:first-child:not([value=/^When .+, then /])',
          message: 'A test is titled: When …, then …',
        },
      ],
    },
    tests,
  ),
];
