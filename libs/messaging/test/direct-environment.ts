import { peerFiles } from '@towpath/testing';

/** Ports, keys and peers for services that talk to each other directly. */
export async function directEnvironments<S extends string>(
  services: readonly S[],
): Promise<Record<S, Record<string, string>>> {
  const peers = [...(await peerFiles(services))].map(([service, { environment }]) => [service, { ...environment }]);
  return Object.fromEntries(peers) as Record<S, Record<string, string>>;
}
