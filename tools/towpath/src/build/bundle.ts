import { mkdirSync, readdirSync, rmSync } from 'node:fs';
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
 * Writes `<project>/dist/main.js`: the service and all that it imports as ES modules with source maps. What it imports
 * only when needed is in files of its own: a process holds what it loaded. It runs without node_modules, but for native
 * packages. `forFaults`: with crash points and removable guards, as `dist/for-faults/main.js`.
 */
export async function bundle(root: string, project: string, { forFaults = false } = {}): Promise<void> {
  const folder = join(root, project, forFaults ? 'dist/for-faults' : 'dist');
  removeFiles(folder);
  await build({
    ...options(root, forFaults),
    entryPoints: { main: join(root, project, 'src/main.ts') },
    outdir: folder,
    splitting: true,
    // Files apart change the order in which modules run; this one is before all decorators.
    inject: ['reflect-metadata'],
    sourcemap: true,
  });
}

/** The names of an earlier build's files may be others. */
function removeFiles(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const entries = readdirSync(folder, { withFileTypes: true });
  for (const entry of entries.filter((each) => each.isFile())) rmSync(join(folder, entry.name));
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
