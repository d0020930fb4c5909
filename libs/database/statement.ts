import { span } from '@towpath/tracing';
import type { ClientBase, QueryResult } from 'pg';

import { preparedAs, type Sql } from './sql.ts';

/** Runs a statement, prepared once per connection, inside a span that shows its verb and table but no value. */
export function run<T extends object>(client: ClientBase, statement: Sql): Promise<QueryResult<T>> {
  const { text } = statement;
  const { name, summary } = preparedAs(text);
  return span(summary, { kind: 'client', attributes: { 'db.system.name': 'postgresql', 'db.query.summary': summary } }, () =>
    client.query<T>({ name, text, values: [...statement.values] }),
  );
}
