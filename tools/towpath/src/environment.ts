/** The environment for a program started from here, without what an Nx run around us has put there for its own tasks. */
export function childEnvironment(more: Record<string, string> = {}): Record<string, string | undefined> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('NX_'));
  return { ...Object.fromEntries(inherited), NX_ISOLATE_PLUGINS: 'false', ...more };
}

/** The environment for a program that must not know of the npm that runs around us, nor of its settings. */
export function plainEnvironment(more: Record<string, string>): Record<string, string | undefined> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name));
  return { ...Object.fromEntries(inherited), ...more };
}

/** Nobody watches: what cannot be checked must not pass. */
export const isCi = process.env.CI === 'true';
