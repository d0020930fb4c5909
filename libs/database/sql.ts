import { createHash } from 'node:crypto';

/** A statement with its values, or a fragment of one. Made by {@link sql} only, so no value ever becomes text. */
export class Sql {
  constructor(
    readonly strings: readonly string[],
    readonly values: readonly unknown[],
  ) {}

  get text(): string {
    return this.strings.reduce((text, part, index) => `${text}$${index}${part}`);
  }
}

/**
 * Writes a statement: values become parameters, other {@link Sql} becomes part of the text.
 * Arrays are PostgreSQL arrays; wrap what goes into jsonb in {@link json}.
 */
export function sql(template: TemplateStringsArray, ...parts: readonly unknown[]): Sql {
  const strings = [template[0] ?? ''];
  const values: unknown[] = [];
  parts.forEach((part, index) => {
    const inner = part instanceof Sql ? part : new Sql(['', ''], [part]);
    strings[strings.length - 1] += inner.strings[0];
    strings.push(...inner.strings.slice(1));
    strings[strings.length - 1] += template[index + 1];
    values.push(...inner.values);
  });
  return new Sql(strings, values);
}

/** A value for a jsonb column. */
export const json = (value: unknown): string => JSON.stringify(value);

interface Prepared {
  readonly name: string;
  readonly summary: string;
}

const prepared = new Map<string, Prepared>();

/** The name under which each connection prepares a text once, and the few words that name it in traces. */
export function preparedAs(text: string): Prepared {
  let entry = prepared.get(text);
  if (!entry) {
    entry = { name: createHash('sha1').update(text).digest('base64url'), summary: summaryOf(text) };
    prepared.set(text, entry);
  }
  return entry;
}

function summaryOf(text: string): string {
  const verb = /\b(SELECT|INSERT|UPDATE|DELETE)\b/i.exec(text)?.[1]?.toUpperCase() ?? 'QUERY';
  const table = /\b(?:INTO|UPDATE|FROM)\s+([a-z_]+)/i.exec(text)?.[1];
  return table ? `${verb} ${table}` : verb;
}
