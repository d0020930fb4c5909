export { AuditModule } from './audit.module.ts';
export { Audit, type AuditAction, type AuditEvent, type NewAuditEvent } from './audit.repository.ts';
