import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { exportJWK, generateKeyPair } from 'jose';

import { temporaryFolder } from './temporary-folder.ts';

type Environments<S extends string> = Record<S, Record<string, string>>;

/** Ports, keys and peers for services that talk to each other directly. */
export async function directEnvironments<S extends string>(services: readonly S[]): Promise<Environments<S>> {
  const folder = temporaryFolder();
  const peersFile = join(folder, 'peers.json');
  const peers: Record<string, object> = {};
  const environments = {} as Environments<S>;
  for (const service of services) {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const keyFile = join(folder, `${service}.json`);
    await writeFile(keyFile, JSON.stringify(await exportJWK(privateKey)));
    const port = await freePort();
    peers[service] = { host: '127.0.0.1', port, publicKey: await exportJWK(publicKey) };
    environments[service] = { DIRECT_PORT: String(port), DIRECT_KEY_FILE: keyFile, DIRECT_PEERS_FILE: peersFile };
  }
  await writeFile(peersFile, JSON.stringify(peers));
  return environments;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
