import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { freePort } from '../free-port.ts';
import { Guard } from '../supervisor/guard.ts';
import { ManagedProcess } from '../supervisor/managed-process.ts';
import { isAlive } from '../supervisor/process-table.ts';
import { findInstallation } from './installation.ts';
import { endLeftOver, prepareDataFolder, serverProcess, superuserUrl, throwawaySettings } from './server.ts';

/** A server for one test run; its data is gone afterwards. */
export interface TestServer {
  readonly url: string;
  stop(): Promise<void>;
}

const prefix = 'towpath-test-postgres-';

/** Starts a server that forgets everything, and clears away what a killed test run left. */
export async function startTestServer(): Promise<TestServer> {
  await reapOrphans();
  const options = {
    name: 'postgres',
    dataFolder: join(tmpdir(), `${prefix}${process.pid}-${randomBytes(3).toString('hex')}`),
    port: await freePort(),
    superuserPassword: randomBytes(16).toString('hex'),
    settings: throwawaySettings,
  };
  const installation = findInstallation();
  await prepareDataFolder(installation, options);
  const server = new ManagedProcess({ ...serverProcess(installation, options), stopSignal: 'SIGQUIT' });
  const guard = new Guard();
  server.once('spawn', (pid) => guard.watch(pid));
  await server.start();
  const stop = async () => {
    await server.stop();
    guard.close();
    rmSync(options.dataFolder, { recursive: true, force: true });
  };
  return { url: superuserUrl(options), stop };
}

async function reapOrphans(): Promise<void> {
  const folders = readdirSync(tmpdir()).filter((name) => name.startsWith(prefix));
  const orphans = folders.filter((name) => !isAlive(Number.parseInt(name.slice(prefix.length), 10)));
  await Promise.all(orphans.map((name) => remove(join(tmpdir(), name))));
}

/** Another user's left-over is not ours to remove. */
async function remove(folder: string): Promise<void> {
  try {
    await endLeftOver(folder, 'SIGQUIT');
    rmSync(folder, { recursive: true, force: true });
  } catch (error) {
    if (!['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
