import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import { startSandbox } from './sandbox.ts';
import type { WebhookOptions } from './webhooks.ts';

const usage =
  'payment-sandbox --folder <where its log lives> [--port 3050, 0 for any] [--key-file <folder>/secret-key, made when absent] ' +
  '[--webhook-url <where events are told> --webhook-secret-file <file>]';

interface Arguments {
  port: number;
  folder: string;
  keyFile: string;
  webhooks?: WebhookOptions;
}

function readArguments(): Arguments {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '3050' },
      folder: { type: 'string' },
      'key-file': { type: 'string' },
      'webhook-url': { type: 'string' },
      'webhook-secret-file': { type: 'string' },
    },
  });
  const port = Number(values.port);
  const { 'webhook-url': url, 'webhook-secret-file': secretFile } = values;
  if (!values.folder || !url !== !secretFile || !Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(usage);
  }
  return {
    port,
    folder: resolve(values.folder),
    keyFile: values['key-file'] ?? join(values.folder, 'secret-key'),
    webhooks: url && secretFile ? { url, secretFile } : undefined,
  };
}

function readOrMakeKey(file: string): string {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, `sk_test_${randomBytes(24).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  }
  return readFileSync(file, 'utf8').trim();
}

async function main(): Promise<void> {
  const { port, folder, keyFile, webhooks } = readArguments();
  const sandbox = await startSandbox({ port, folder, secretKey: readOrMakeKey(keyFile), webhooks });
  const stop = (): void => {
    void sandbox.close().then(() => process.exit(0), fail);
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
  // Last: whoever reads it may ask for the end at once.
  process.stdout.write(`${JSON.stringify({ ready: true, url: sandbox.url, pid: process.pid, keyFile })}\n`);
}

function fail(error: unknown): void {
  process.stderr.write(`payment-sandbox: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

main().catch(fail);
