import type { bundleSource as bundle } from './build/bundle.ts';

export { createNodes } from './plugin.ts';
export { readServices, type ServiceDeclaration, ServiceDeclarationError } from './services.ts';

/** See {@link bundleSource} of `build/bundle.ts`; loaded when it is needed, since its compilers take their time. */
export const bundleSource: typeof bundle = async (...parameters) => {
  const { bundleSource } = await import('./build/bundle.ts');
  await bundleSource(...parameters);
};
