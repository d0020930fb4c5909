const { existsSync } = require('node:fs');
const { resolve } = require('node:path');
const { parseArgs } = require('node:util');
const { swcOptions } = require('./tools/towpath/src/build/swc.ts');

const { values } = parseArgs({ options: { rootDir: { type: 'string' } }, strict: false });
const project = resolve(values.rootDir ?? '.');

// Packages that ship only ES modules; Jest runs CommonJS, at half the CPU of its ES module mode.
const esmOnly = [
  '@nestjs',
  '@tokenizer',
  '@borewit',
  'file-type',
  'jose',
  'strtok3',
  'token-types',
  'uint8array-extras',
];

// CommonJS that calls import(), which Jest knows only in its ES module mode.
const importing = ['@opentelemetry/otlp-exporter-base'];

/** The one Jest configuration: `jest --config jest.config.cjs --rootDir <project>`. */
module.exports = {
  testEnvironment: 'node',
  // A hang must end, but how fast a machine is says nothing about the code.
  testTimeout: 30_000,
  testMatch: ['<rootDir>/**/*.spec.ts', '<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  setupFiles: ['reflect-metadata'],
  // As in a bundle that is made for fault tests: crash points are there, and do nothing until one is named.
  globals: { TOWPATH_TEST_BUILD: true },
  // Tests in test/ run against a real PostgreSQL, one server per run.
  ...(existsSync(resolve(project, 'test')) && {
    globalSetup: resolve(__dirname, 'tools/local/src/postgres/jest-global-setup.mjs'),
    globalTeardown: resolve(__dirname, 'tools/local/src/postgres/jest-global-teardown.mjs'),
  }),
  moduleNameMapper: {
    '^@towpath/local$': resolve(__dirname, 'tools/local/src/index.ts'),
    '^@towpath/nx$': resolve(__dirname, 'tools/towpath/src/index.ts'),
    '^@towpath/(.*)$': resolve(__dirname, 'libs/$1/index.ts'),
  },
  transform: { '\\.[cm]?[jt]s$': ['@swc/jest', { ...swcOptions, module: { type: 'commonjs' } }] },
  transformIgnorePatterns: [`/node_modules/(?!(${[...esmOnly, ...importing].join('|')})/)`],
  coverageProvider: 'v8',
};
