/** JSON texts that are wrong in place of a number. */
const numbers = [
  '"1"',
  '1e309',
  '-1',
  '9007199254740993',
  '0.30000000000000004',
  '1e12',
  'null',
  'true',
  '[1]',
  '{"$ne":1}',
];
const notTexts = ['1', 'null', 'true', '["a"]', '{"$ne":""}'];
const notLists = ['null', '{}', '"x"', '[]', '[null]', '[[]]'];
const notObjects = ['null', '[]', '"x"', '1'];

const ids = [
  '""',
  `"${'x'.repeat(36)}"`,
  `"' OR 1=1 --"`,
  '"../../etc/passwd"',
  '"{0199f2a4-7c1e-7b5a-9d3e-2f6c8a1b4e70}"',
];

/** Wrong where a field has this name or path, beside what is wrong for its type. */
const byName: Readonly<Record<string, readonly string[]>> = {
  amountMinor: ['0', '-0'],
  'lines.0.quantity': ['0', '101', '1000000000'],
  currency: ['"eur"', '"XXX"', '""'],
  cartId: ids,
  productId: ids,
  email: ['""', '"@"', '"a@b"', '"a b@example.org"'],
  password: ['""'],
  currentPassword: ['""'],
  newPassword: ['""', '"too short"'],
  refreshToken: ['""'],
  name: ['""', '"   "'],
  sku: ['""', '"a b"'],
  paymentMethod: ['""', '"4242424242424242"'],
};

interface Place {
  readonly path: readonly (string | number)[];
  readonly value: unknown;
}

export interface BadJson {
  readonly title: string;
  readonly json: string;
  readonly code: 'invalid-request' | 'unknown-field';
  /** Nothing is wrong but that a field is missing. */
  readonly isOmission?: boolean;
}

const hole = '@@hole@@';

/** Every way in which one field of a good body can be wrong. */
export function badValues(good: object): BadJson[] {
  return placesIn(good).flatMap((place) => {
    const named = byName[nameOf(place)] ?? byName[String(place.path.at(-1))] ?? [];
    const wrong = [...wrongFor(place), ...named].map((text) =>
      bad(`${nameOf(place)} ${shorten(text)}`, filled(good, place, text)),
    );
    return [...wrong, ...(isObject(place.value) ? misshapen(good, place) : [])];
  });
}

function wrongFor({ path, value }: Place): string[] {
  if (typeof value === 'number') return numbers;
  if (typeof value === 'string') {
    return [...notTexts, `"${value}\\u0000"`, `"${value}\\ud800"`, `"${'x'.repeat(9_000)}"`];
  }
  if (Array.isArray(value)) return [...notLists, JSON.stringify(Array(201).fill(value[0]))];
  return path.length === 0 ? [] : notObjects;
}

/** With a field too few, and with one too many. */
function misshapen(good: object, place: Place): BadJson[] {
  const entries = Object.entries(place.value as object);
  const without = entries.map(([key]) => {
    const rest = Object.fromEntries(entries.filter(([name]) => name !== key));
    return { ...bad(`${nameOf(place)} without ${key}`, filled(good, place, JSON.stringify(rest))), isOmission: true };
  });
  const members = entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  const withMore = ['status', 'userId', 'role', '__proto__', 'constructor'].map((key) => {
    const json = filled(good, place, `{${[...members, `"${key}":{"admin":true}`].join(',')}}`);
    return bad(`${nameOf(place)} with ${key}`, json, 'unknown-field');
  });
  return [...without, ...withMore];
}

function placesIn(value: unknown, path: Place['path'] = []): Place[] {
  if (typeof value !== 'object' || value === null) return [{ path, value }];
  const entries = Array.isArray(value) ? value.map((each, i) => [i, each] as const) : Object.entries(value);
  return [{ path, value }, ...entries.flatMap(([key, each]) => placesIn(each, [...path, key]))];
}

/** The body with this text in the given place. */
function filled(good: object, { path }: Place, text: string): string {
  const put = (value: unknown, [key, ...rest]: Place['path']): unknown => {
    if (key === undefined) return hole;
    const next = put((value as Record<string | number, unknown>)[key], rest);
    return Array.isArray(value) ? value.with(Number(key), next) : { ...(value as object), [key]: next };
  };
  return JSON.stringify(put(good, path)).replace(`"${hole}"`, () => text);
}

function bad(title: string, json: string, code: BadJson['code'] = 'invalid-request'): BadJson {
  return { title, json, code };
}

function nameOf({ path }: Place): string {
  return path.length === 0 ? 'body' : path.join('.');
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}… (${text.length})` : text;
}
