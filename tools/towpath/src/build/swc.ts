import type { Options } from '@swc/core';

/**
 * How TypeScript becomes JavaScript, in tests as in bundles. Both go through SWC because Nest's injection needs the
 * decorator metadata that esbuild and Node's own type stripping leave out: they would inject `undefined`.
 */
export const swcOptions = {
  swcrc: false,
  sourceMaps: 'inline',
  jsc: {
    target: 'es2024',
    keepClassNames: true,
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
  },
} as const satisfies Options;
