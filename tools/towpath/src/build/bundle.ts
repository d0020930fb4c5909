import { join } from 'node:path';

import { transformFile } from '@swc/core';
import { build, type BuildOptions, type Plugin } from 'esbuild';

import { swcOptions } from './swc.ts';

/** Packages that Nest, Fastify and others load only if they are installed; the services do without. */
const absent = [
  '@fastify/multipart',
  '@fastify/static',
  '@fastify/view',
  '@nats-io/*',
  '@nestjs/platform-express',
  '@nestjs/websockets',
  'amqp-connection-manager',
  'amqplib',
  'class-transformer',
  'class-validator',
  'mqtt',
  'nats',
  'pg-native',
  'supports-color',
];

/** Native code cannot be bundled. */
const native = ['@node-rs/argon2'];

const swc: Plugin = {
  name: 'swc',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      if (path.includes('/node_modules/')) return undefined;
      const { code } = await transformFile(path, { ...swcOptions, module: { type: 'es6' } });
      return { contents: code, loader: 'js' };
    });
  },
};

/**
 * Writes `<project>/dist/main.js`: the service and all that it imports in one ES module, with a source map beside it.
 * It runs without node_modules, but for native packages. `forFaults`: with crash points and removable guards, as
 * `dist/main.for-faults.js`.
 */
export async function bundle(root: string, project: string, { forFaults = false } = {}): Promise<void> {
  await build({
    ...options(root, forFaults),
    entryPoints: [join(root, project, 'src/main.ts')],
    outfile: join(root, project, forFaults ? 'dist/main.for-faults.js' : 'dist/main.js'),
    sourcemap: true,
  });
}

/** Writes a module like a service's from JavaScript that imports what it needs as if it lay in the root. */
export async function bundleSource(
  root: string,
  contents: string,
  outfile: string,
  { forFaults = false } = {},
): Promise<void> {
  await build({ ...options(root, forFaults), stdin: { contents, resolveDir: root }, outfile });
}

function options(root: string, forFaults: boolean): BuildOptions {
  return {
    define: { TOWPATH_TEST_BUILD: String(forFaults) },
    absWorkingDir: root,
    tsconfig: join(root, 'tsconfig.base.json'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    keepNames: true,
    // Less to parse at each start; names stay, and the source map finds the lines.
    minifySyntax: true,
    minifyWhitespace: true,
    logLevel: 'warning',
    external: [...absent, ...native],
    plugins: [swc],
    // CommonJS packages inside the bundle still call `require`.
    banner: { js: "import { createRequire as r } from 'node:module'; const require = r(import.meta.url);" },
  };
}
