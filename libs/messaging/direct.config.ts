import { readFileSync } from 'node:fs';

import { type Environment, setting, Settings, SettingsError } from '@towpath/config';

import { carries } from './messaging.config.ts';

/** How services reach each other when no broker stands between them. */
export class DirectConfig extends Settings({
  directHost: setting.text({ default: '127.0.0.1', meaning: 'address to take messages on' }),
  directPort: setting.port({ meaning: 'port to take messages on' }),
  directPeersFile: setting.file({ meaning: 'JSON: { "<service>": { "host", "port", "publicKey" } }' }),
  directKeyFile: setting.file({ meaning: 'the private key (JWK, ES256) that signs what this service sends' }),
  directTlsCertFile: setting.file({ optional: true, meaning: 'certificate for mutual TLS between services' }),
  directTlsKeyFile: setting.file({ optional: true, meaning: 'its private key' }),
  directTlsCaFile: setting.file({ optional: true, meaning: 'the authority whose certificates are accepted' }),
  nodeEnv: setting.oneOf(['development', 'test', 'production'], {
    default: 'development',
    meaning: 'production refuses what is meant for one machine',
  }),
}) {
  static readonly isNeeded = (environment: Environment): boolean => carries('direct', environment);
}

/** Certificates for both ends: each shows its own and accepts only those of the authority. */
export interface MutualTls {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly ca: Buffer;
}

/** @throws SettingsError in production without mutual TLS, and when only some of its files are given */
export function mutualTls(config: DirectConfig): MutualTls | undefined {
  const { directTlsCertFile: cert, directTlsKeyFile: key, directTlsCaFile: ca } = config;
  if (cert && key && ca) return { cert: readFileSync(cert), key: readFileSync(key), ca: readFileSync(ca) };
  if (cert ?? key ?? ca)
    throw new SettingsError([
      'DIRECT_TLS_CERT_FILE, DIRECT_TLS_KEY_FILE and DIRECT_TLS_CA_FILE go together: set all three or none.',
    ]);
  if (config.nodeEnv === 'production') {
    throw new SettingsError([
      'EVENT_TRANSPORT "direct" is for one machine: in production set DIRECT_TLS_CERT_FILE, DIRECT_TLS_KEY_FILE and DIRECT_TLS_CA_FILE.',
    ]);
  }
  return undefined;
}
