import { accessSync, constants, statSync } from 'node:fs';

import { makeSetting, type Read, Refused, type Setting, type SettingOptions } from './setting.ts';

/** The longest delay that a timer of Node takes, 24 days; a longer one would fire at once. */
const longestTimerMs = 2 ** 31 - 1;

type Options<T> = SettingOptions<T>;
type Range<T> = Options<T> & { readonly min?: number; readonly max?: number };

function text<const O extends Options<string>>(options: O): Setting<Read<O, string>> {
  return makeSetting(options, 'text', (given) => given);
}

function url<const O extends Options<string>>(options: O): Setting<Read<O, string>> {
  // Never shown: a URL may hold a password, and one that cannot be parsed cannot be masked.
  return makeSetting({ ...options, secret: true }, 'a URL', (given) => {
    if (!URL.canParse(given)) throw new Refused('is not a URL');
    return given;
  });
}

function integer<const O extends Range<number>>(options: O, unit = ''): Setting<Read<O, number>> {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = options;
  const upTo = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  return makeSetting(options, `a whole number ${unit}${upTo}`, (given) => {
    if (!/^-?\d{1,15}$/.test(given)) throw new Refused('is not a whole number');
    const value = Number(given);
    if (value < min) throw new Refused('is too small');
    if (value > max) throw new Refused('is too large');
    return value;
  });
}

function durationMs<const O extends Range<number>>(options: O): Setting<Read<O, number>> {
  return integer({ ...options, max: options.max ?? longestTimerMs }, 'of milliseconds ');
}

function port<const O extends Options<number>>(options: O): Setting<Read<O, number>> {
  return integer({ ...options, min: 0, max: 65_535 });
}

function ratio<const O extends Options<number>>(options: O): Setting<Read<O, number>> {
  return makeSetting(options, 'a number from 0 to 1', (given) => {
    if (!/^(0|1|0?\.\d+|[01]\.\d+)$/.test(given) || Number(given) > 1) throw new Refused('is not a number from 0 to 1');
    return Number(given);
  });
}

function oneOf<const V extends readonly string[], const O extends Options<V[number]>>(
  values: V,
  options: O,
): Setting<Read<O, V[number]>> {
  return makeSetting<O, V[number]>(options, `one of ${values.join(', ')}`, (given) => {
    if (!values.includes(given)) throw new Refused('is not allowed');
    return given;
  });
}

function flag<const O extends Options<boolean>>(options: O): Setting<Read<O, boolean>> {
  return makeSetting(options, 'true or false', (given) => {
    if (given !== 'true' && given !== 'false') throw new Refused('is not allowed');
    return given === 'true';
  });
}

function file<const O extends Options<string>>(options: O): Setting<Read<O, string>> {
  return makeSetting(options, 'the path of a readable file', (given) => {
    if (!isReadableFile(given)) throw new Refused('is not a readable file');
    return given;
  });
}

function origins<const O extends Options<readonly string[]>>(options: O): Setting<Read<O, readonly string[]>> {
  return makeSetting<O, readonly string[]>(
    options,
    'origins such as https://shop.example, with commas between',
    (given) => {
      const all = given.split(',').map((each) => each.trim());
      if (!all.every(isOrigin)) throw new Refused('holds something that is no origin');
      return all;
    },
  );
}

/** As browsers write it: no path, lower case, no default port. */
function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

function isReadableFile(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * The kinds of setting. Each takes its meaning, a default or `optional: true` (else it must be given), and `secret: true`
 * to hide its value. Durations are in milliseconds; their keys end in `Ms`. The value of `file` is a path.
 */
export const setting = { text, url, port, integer, durationMs, ratio, oneOf, flag, file, origins };
