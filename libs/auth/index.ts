export { AccessControl } from './access-control.ts';
export { signAccessToken } from './access-token.ts';
export { AuthConfig } from './auth.config.ts';
export { AuthModule } from './auth.module.ts';
export { CurrentUser } from './current-user.decorator.ts';
export { KeySource } from './key-source.ts';
export { RevokedSessions, revokedSessionsChannel } from './revoked-sessions.ts';
export { generateSigningJwk, importSigningKey, type PublicJwk, type SigningKey } from './signing-key.ts';
export type { User } from './user.ts';
