import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { Database } from '../postgres/database.ts';
import type { CheckedShop } from './evidence.ts';
import { TableRepository } from './table.repository.ts';

/** Whoever may log in stays in the databases: a dump is passed on. */
const secretTables = new Set(['account', 'session', 'refresh_token']);

/** Writes every table of every database as `<service>.<table>.jsonl`: the evidence of a run that failed. Resolves with the files. */
export async function dumpTables({ databases }: Pick<CheckedShop, 'databases'>, folder: string): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const files = await Promise.all(Object.entries(databases).map(([service, url]) => dump(service, url, folder)));
  return files.flat();
}

async function dump(service: string, url: string, folder: string): Promise<string[]> {
  const database = new Database(url);
  const tables = new TableRepository(database);
  const files: string[] = [];
  try {
    for (const table of await tables.names()) {
      if (secretTables.has(table)) continue;
      const file = join(folder, `${service}.${table}.jsonl`);
      await pipeline(Readable.from(lines(tables.rows(table))), createWriteStream(file));
      files.push(file);
    }
    return files;
  } finally {
    await database.close();
  }
}

async function* lines(rows: AsyncIterable<string[]>): AsyncGenerator<string> {
  for await (const some of rows) yield `${some.join('\n')}\n`;
}
