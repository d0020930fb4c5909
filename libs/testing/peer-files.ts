import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { generateSigningJwk } from '@towpath/auth';

import { freePort } from './free-port.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** What the direct transport of one service is configured with. */
export interface PeerKeys {
  readonly port: number;
  readonly environment: Readonly<Record<string, string>>;
}

/** Keys, ports and the file of peers for some services, in a folder that goes with the tests of the file. */
export async function peerFiles(services: readonly string[]): Promise<Map<string, PeerKeys>> {
  const folder = temporaryFolder();
  const peersFile = join(folder, 'peers.json');
  const made = await Promise.all(
    services.map(async (service) => ({ service, port: await freePort(), key: await generateSigningJwk() })),
  );
  const peers = made.map(({ service, port, key: { d: _, ...publicKey } }) => [
    service,
    { host: '127.0.0.1', port, publicKey },
  ]);
  await writeFile(peersFile, JSON.stringify(Object.fromEntries(peers)));
  const entries = made.map(async ({ service, port, key }) => {
    const keyFile = join(folder, `${service}.json`);
    await writeFile(keyFile, JSON.stringify(key), { mode: 0o600 });
    const environment = { DIRECT_PORT: String(port), DIRECT_PEERS_FILE: peersFile, DIRECT_KEY_FILE: keyFile };
    return [service, { port, environment }] as const;
  });
  return new Map(await Promise.all(entries));
}
