import { currentTraceId, span, type SpanDetails, SpanKind } from '@towpath/tracing';
import type { ClientBase, QueryResult } from 'pg';

import { preparedAs, type Sql } from './sql.ts';

/** Runs a statement, prepared once per connection. Inside a trace it has a span with its verb and table but no value. */
export function run<T extends object>(client: ClientBase, statement: Sql): Promise<QueryResult<T>> {
  const { text } = statement;
  const { name, summary } = preparedAs(text);
  const query = () => client.query<T>({ name, text, values: [...statement.values] });
  return inTrace(
    summary,
    { kind: SpanKind.CLIENT, attributes: { 'db.system.name': 'postgresql', 'db.query.summary': summary } },
    query,
  );
}

/** A span only where a trace is under way: background looks into the database would else be traces of their own. */
export function inTrace<T>(name: string, details: SpanDetails, work: () => Promise<T>): Promise<T> {
  return currentTraceId() === undefined ? work() : span(name, details, work);
}
