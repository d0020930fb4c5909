export { createNodes } from './plugin.ts';
export { readServices, type ServiceDeclaration, ServiceDeclarationError } from './services.ts';

/** See {@link bundleSource} of `build/bundle.ts`; loaded when it is needed, since its compilers take their time. */
export async function bundleSource(root: string, contents: string, outfile: string): Promise<void> {
  const { bundleSource } = await import('./build/bundle.ts');
  await bundleSource(root, contents, outfile);
}
