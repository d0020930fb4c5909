import { readFileSync } from 'node:fs';

import type { FactoryProvider } from '@nestjs/common';

import { Environment } from './environment.ts';
import { Refused, type Setting, settingName, type ValueOf } from './setting.ts';
import { SettingsError } from './settings-error.ts';

type Shape = Readonly<Record<string, Setting<unknown>>>;
type ValuesOf<S extends Shape> = { readonly [K in keyof S]: ValueOf<S[K]> };

/** A class made by {@link Settings}. */
export interface SettingsClass<T = object> {
  new (values: never): T;
  readonly shape: Shape;
  /** Whether anybody will ask for these settings; if the class does not say, somebody will. */
  readonly isNeeded?: (environment: Environment) => boolean;
}

/**
 * Base class of the settings of one part: `class RelayConfig extends Settings({ … }) {}`, injected by class.
 * The key `batchSize` is read from `BATCH_SIZE`, always.
 */
export function Settings<const S extends Shape>(shape: S) {
  class SettingsOfShape {
    static readonly shape: Shape = shape;

    constructor(values: ValuesOf<S>) {
      Object.freeze(Object.assign(this, values));
    }
  }
  return SettingsOfShape as { new (values: ValuesOf<S>): ValuesOf<S>; readonly shape: Shape };
}

/** @throws SettingsError naming every wrong setting of the class */
export function readSettings<T extends object>(settings: SettingsClass<T>, environment: Environment): T {
  const wrong: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, each] of Object.entries(settings.shape)) {
    try {
      values[key] = readOne(each, given(settingName(key), each, environment));
    } catch (error) {
      wrong.push(complaint(settingName(key), each, environment, error));
    }
  }
  if (wrong.length > 0) throw new SettingsError(wrong);
  return new settings(values as never);
}

/** Reads all that are needed, so that a person sees every mistake at once. @throws SettingsError */
export function checkSettings(all: readonly SettingsClass[], environment: Environment): void {
  const wrong = all.flatMap((settings) => {
    try {
      if (isNeeded(settings, environment)) readSettings(settings, environment);
      return [];
    } catch (error) {
      if (error instanceof SettingsError) return error.wrong;
      throw error;
    }
  });
  if (wrong.length > 0) throw new SettingsError([...new Set(wrong)]);
}

/**
 * Nest provider of a settings class; needs an {@link Environment} in the same application. Provides undefined where the class
 * says that nobody will ask.
 */
export function provideSettings<T extends object>(settings: SettingsClass<T>): FactoryProvider<T> {
  return {
    provide: settings,
    inject: [Environment],
    useFactory: (environment: Environment) =>
      isNeeded(settings, environment) ? readSettings(settings, environment) : (undefined as unknown as T),
  };
}

function isNeeded(settings: SettingsClass, environment: Environment): boolean {
  return settings.isNeeded?.(environment) ?? true;
}

function readOne(setting: Setting<unknown>, text: string | undefined): unknown {
  // Compose files and charts leave `NAME=` behind where nothing is meant.
  if (text !== undefined && text !== '') return setting.parse(text);
  if (setting.default !== undefined || setting.optional) return setting.default;
  throw new Refused('is not set');
}

/** A secret may lie in a file instead, where nobody sees it who lists processes or dumps environments. */
function given(name: string, { secret }: Setting<unknown>, { values }: Environment): string | undefined {
  const file = secret && values[`${name}_FILE`];
  if (!file) return values[name];
  if (values[name]) throw new Refused(`is given twice, as ${name}_FILE too`);
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw new Refused(`cannot be read from the file that ${name}_FILE names`);
  }
}

function complaint(name: string, setting: Setting<unknown>, environment: Environment, error: unknown): string {
  if (!(error instanceof Refused)) throw error;
  const text = environment.values[name];
  const shown = text && !setting.secret ? ` ${JSON.stringify(text.slice(0, 60))}` : '';
  const refused = text ? `${name}${shown} ${error.message}` : `${name} ${error.message}`;
  return `${refused}: it must be ${setting.allowed} (${setting.meaning}).`;
}
