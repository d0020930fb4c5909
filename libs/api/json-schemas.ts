import { z } from 'zod';

export type Json = Record<string, unknown>;

/** Schemas as JSON Schema; those with an `id` are kept apart, and what uses them refers to them. */
export class JsonSchemas {
  readonly components: Record<string, Json> = {};

  /** @throws Error when two schemas have one id */
  of(schema: z.ZodType, io: 'input' | 'output'): Json {
    const { $defs = {}, ...top } = jsonSchema(schema, io);
    for (const [id, component] of Object.entries($defs)) this.add(id, atHome(component) as Json);
    return atHome(top) as Json;
  }

  private add(id: string, component: Json): void {
    const known = (this.components[id] ??= component);
    if (JSON.stringify(known) !== JSON.stringify(component)) throw new Error(`Two schemas have the id ${id}.`);
  }
}

/** What something of this schema may look like: the `example` of its metadata, or one made of the examples of its parts. Undefined if they have none. */
export function exampleOf(schema: z.ZodType): unknown {
  const { $defs = {}, ...top } = jsonSchema(schema, 'input');
  return exampleIn(top, $defs);
}

function exampleIn(schema: Json, defs: Record<string, Json>): unknown {
  const { $ref, example, enum: values, properties, items, anyOf } = schema as Parts;
  if (example !== undefined) return example;
  if (values) return values[0];
  if ($ref) return exampleIn(defs[$ref.slice('#/$defs/'.length)] ?? {}, defs);
  if (anyOf) return exampleIn(anyOf[0] ?? {}, defs);
  if (items) return [exampleIn(items, defs)];
  if (!properties) return 'const' in schema ? schema['const'] : undefined;
  const members = Object.entries(properties).map(([name, property]) => [name, exampleIn(property, defs)] as const);
  return Object.fromEntries(members.filter(([, example]) => example !== undefined));
}

interface Parts {
  readonly $ref?: string;
  readonly example?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Record<string, Json>;
  readonly items?: Json;
  readonly anyOf?: readonly Json[];
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json & { $defs?: Record<string, Json> } {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io });
  return rest as Json;
}

/** With the references of an OpenAPI document, and without examples, which it has elsewhere. */
function atHome(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(atHome);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => key !== 'example');
  return Object.fromEntries(
    entries.map(([key, each]) => [
      key,
      key === '$ref' ? String(each).replace('#/$defs/', '#/components/schemas/') : atHome(each),
    ]),
  );
}
