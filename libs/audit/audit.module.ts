import { Global, Module } from '@nestjs/common';

import { Audit } from './audit.repository.ts';
import { auditMigrations } from './audit.tables.ts';

/** Gives a service its audit events. Needs DatabaseModule. */
@Global()
@Module({ providers: [Audit], exports: [Audit] })
export class AuditModule {
  static readonly migrations = auditMigrations;
}
