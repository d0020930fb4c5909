import type { DynamicModule, ForwardReference, Provider, Type } from '@nestjs/common';
import type { SettingsClass } from '@towpath/config';
import type { Migration } from '@towpath/database';

import type { Command } from './command.ts';

type Imported = Type | DynamicModule | ForwardReference | Promise<DynamicModule>;

/** What a lib's module may say of itself beside what Nest asks for. */
export interface ModuleExtras {
  /** Commands that every bundle with this module takes. */
  readonly commands?: readonly Command[];
  /** Tables that this module needs; they come before the service's own. */
  readonly migrations?: readonly Migration[];
}

/** The classes of a module and of all that it imports, each once, the imported first. */
export function modulesOf(root: Type): (Type & ModuleExtras)[] {
  return [...new Set(walk(root).map(({ module }) => module))];
}

/** Every settings class that the modules provide, so that all can be checked before anything is made. */
export function settingsOf(root: Type): SettingsClass[] {
  const tokens = walk(root).flatMap(({ providers }) =>
    providers.map((provider) => ('provide' in provider ? provider.provide : provider)),
  );
  return [...new Set(tokens.filter(isSettings))];
}

interface Found {
  readonly module: Type & ModuleExtras;
  readonly providers: readonly Provider[];
}

function walk(imported: Imported, seen = new Set<Imported>()): Found[] {
  if (seen.has(imported) || imported instanceof Promise) return [];
  seen.add(imported);
  if ('forwardRef' in imported) return walk(imported.forwardRef() as Imported, seen);
  const { module, imports = [], providers = [] } = 'module' in imported ? imported : { module: imported };
  const more = [...imports, ...listed<Imported>(module, 'imports')];
  return [
    ...more.flatMap((each) => walk(each, seen)),
    { module, providers: [...providers, ...listed<Provider>(module, 'providers')] },
  ];
}

function listed<T>(module: Type, key: 'imports' | 'providers'): T[] {
  return (Reflect.getMetadata(key, module) as T[] | undefined) ?? [];
}

function isSettings(token: unknown): token is SettingsClass {
  return typeof token === 'function' && 'shape' in token;
}
