export { Database } from './database.ts';
export { DatabaseConfig } from './database.config.ts';
export { DatabaseModule } from './database.module.ts';
export { uniqueViolation } from './failures.ts';
export { newId } from './ids.ts';
export { migrate, type Migration, migrationsIn } from './migrate.ts';
export { Session } from './session.ts';
export { json, Sql, sql } from './sql.ts';
export { Transaction } from './transaction.ts';
