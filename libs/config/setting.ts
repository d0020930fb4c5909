/** One value of the environment: how it is read, and what a person is told about it. */
export interface Setting<T> {
  /** Completes the sentence "X must be …". */
  readonly allowed: string;
  readonly meaning: string;
  readonly default?: T;
  readonly optional: boolean;
  /** Hides the value wherever a person could read it. */
  readonly secret: boolean;
  /** @throws Refused when the text is not allowed */
  parse(text: string): T;
}

/** What is wrong with a value; completes the sentence "X …". Holds the value only where the setting is no secret. */
export class Refused extends Error {}

export type ValueOf<S> = S extends Setting<infer T> ? T : never;

export interface SettingOptions<T> {
  readonly meaning: string;
  readonly default?: T;
  readonly optional?: boolean;
  readonly secret?: boolean;
}

/** An optional setting without a default may be undefined. */
export type Read<O, T> = O extends { optional: true } ? T | undefined : T;

export function makeSetting<O extends SettingOptions<T>, T>(
  options: O,
  allowed: string,
  parse: (text: string) => T,
): Setting<Read<O, T>> {
  return {
    allowed,
    meaning: options.meaning,
    default: options.default as Read<O, T> | undefined,
    optional: options.optional ?? false,
    secret: options.secret ?? false,
    parse: parse as (text: string) => Read<O, T>,
  };
}

/** `orderDeadlineMs` → `ORDER_DEADLINE_MS` */
export function settingName(key: string): string {
  return key.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').toUpperCase();
}
