import Ajv, { type ValidateFunction } from 'ajv/dist/2020';

import type { Answered } from '../wire.ts';
import { document, type Operation, responseOf, type Schema } from './document.ts';

/** Tells whether the document allows an answer. */
export class Judge {
  private readonly ajv = new Ajv({ strict: false, validateFormats: false }).addSchema(document, 'openapi');
  private readonly compiled = new Map<Schema, ValidateFunction>();

  /** What is wrong with the answer, if anything. */
  wrongWith(operation: Operation, { status, headers, text }: Answered): string | undefined {
    const response = responseOf(operation, status);
    if (!response) return `${status} is not documented`;
    if (status >= 500) return `${status} is a fault`;
    if (!headers['traceparent']) return 'there is no traceparent';
    const [mediaType = ''] = (headers['content-type'] ?? '').split(';');
    if (!response.content) return text === '' ? undefined : `${status} has no body`;
    const content = response.content[mediaType];
    if (!content) return `${status} has no content of type "${mediaType}"`;
    return mediaType === 'text/event-stream'
      ? this.wrongInEvents(content.schema, text)
      : this.wrongIn(content.schema, text);
  }

  private wrongIn(schema: Schema, json: string): string | undefined {
    const validate = this.compiled.get(schema) ?? this.ajv.compile(absolute(schema) as Schema);
    this.compiled.set(schema, validate);
    return validate(JSON.parse(json)) ? undefined : this.ajv.errorsText(validate.errors);
  }

  /** Each event has an id, and data of the schema that the stream has for its contents. */
  private wrongInEvents({ contentSchema }: Schema, text: string): string | undefined {
    const events = text.split('\n\n').filter((block) => block.includes('data:'));
    for (const event of events) {
      const [, data] = /^id: \d+\ndata: (.*)$/.exec(event) ?? [];
      const wrong = data === undefined ? `no event: ${event}` : this.wrongIn(contentSchema as Schema, data);
      if (wrong) return wrong;
    }
    return undefined;
  }
}

/** With references into the document, from outside of it. */
function absolute(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(absolute);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, key === '$ref' ? `openapi${String(each)}` : absolute(each)]),
  );
}
