import fc, { type Arbitrary } from 'fast-check';

import { followed, type Operation, type Schema } from './document.ts';

/** A request in which everything is as the document says, but about nothing that exists; or something is not. */
export interface Shape {
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface Parts {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

const visible = fc.stringMatching(/^[\x21-\x7e]{0,40}$/);

/** Values of a JSON schema, as far as our document uses it. */
export function valuesOf(schema: Schema): Arbitrary<unknown> {
  const parts = followed<Parts>(schema);
  if ('const' in parts) return fc.constant(parts.const);
  if (parts.enum) return fc.constantFrom(...parts.enum);
  if (parts.anyOf) return fc.oneof(...parts.anyOf.map(valuesOf));
  if (parts.type === 'integer')
    return fc.integer({ min: parts.minimum, max: parts.maximum && Math.min(parts.maximum, 2 ** 31 - 1) });
  if (parts.type === 'boolean') return fc.boolean();
  if (parts.type === 'array') return arrays(parts);
  if (parts.type === 'object') return objects(parts);
  return strings(parts);
}

/** Longer ones only cost time. */
const longest = 40;

function strings({ format, pattern, minLength = 0, maxLength = longest }: Parts): Arbitrary<string> {
  if (format === 'uuid') return fc.uuid();
  if (format === 'email') return fc.emailAddress();
  // fast-check knows no Unicode properties; what these exclude, its strings do not contain.
  if (pattern && !pattern.includes(String.raw`\p{`)) return fc.stringMatching(new RegExp(pattern));
  return fc.string({ unit: 'grapheme', minLength, maxLength: Math.max(minLength, Math.min(maxLength, longest)) });
}

/** Headers are ASCII, and what is around them does not count. */
function headersOf(schema: Schema): Arbitrary<string> {
  const { pattern } = followed<Parts>(schema);
  return pattern ? fc.stringMatching(new RegExp(pattern)) : visible;
}

function arrays({ items = {}, minItems = 0, maxItems = 3 }: Parts): Arbitrary<unknown[]> {
  return fc.array(valuesOf(items), { minLength: minItems, maxLength: Math.max(minItems, Math.min(maxItems, 3)) });
}

function objects({ properties = {}, required = [] }: Parts): Arbitrary<object> {
  const members = Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, valuesOf(each)]));
  return fc.record(members, { requiredKeys: required as never[] });
}

/** Requests to the operation with everything that it asks for. */
export function shapesOf({ parameters, requestBody }: Operation): Arbitrary<Shape> {
  const part = (place: string) => {
    const all = parameters.filter((each) => each.in === place);
    const values = Object.fromEntries(
      all.map((each) => [each.name, place === 'header' ? headersOf(each.schema) : valuesOf(each.schema).map(String)]),
    );
    return fc.record(values, { requiredKeys: all.filter((each) => each.required).map(({ name }) => name) });
  };
  const schema = requestBody?.content['application/json'].schema;
  return fc.record({
    path: part('path'),
    query: part('query'),
    headers: part('header'),
    ...(schema && { body: valuesOf(schema) }),
  }) as Arbitrary<Shape>;
}

const text = fc.string({ unit: 'binary', maxLength: 30 });

const anything: Arbitrary<unknown> = fc.jsonValue({ maxDepth: 3 });

/** The same, with something in it that is not as it should be, or something too much or too little. */
export function mangled(shapes: Arbitrary<Shape>): Arbitrary<Shape> {
  return fc.tuple(shapes, anything, text, visible, fc.nat()).map(([shape, json, any, header, at]) => {
    const ways: ((shape: Shape) => Shape)[] = [
      (it) => ({ ...it, query: { ...it.query, [any]: any } }),
      (it) => ({ ...it, path: replacedAt(it.path, at, any || 'x') }),
      (it) => ({ ...it, query: replacedAt(it.query, at, any) }),
      (it) => ({ ...it, headers: replacedAt(it.headers, at, header) }),
      (it) => ({ ...it, headers: {} }),
      (it) => (it.body === undefined ? it : { ...it, body: json }),
      (it) => (isObject(it.body) ? { ...it, body: replacedAt(it.body, at, json) } : it),
      (it) => (isObject(it.body) ? { ...it, body: { ...it.body, [any]: json } } : it),
    ];
    return ways[at % ways.length]!(shape);
  });
}

function replacedAt<T>(record: Readonly<Record<string, T>>, at: number, value: T): Record<string, T> {
  const keys = Object.keys(record);
  return keys.length === 0 ? record : { ...record, [keys[at % keys.length]!]: value };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
