import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Ajv, type ErrorObject } from 'ajv';
import { parseDocument } from 'yaml';

import schema from './service.schema.json' with { type: 'json' };

/** One service, as its service.yaml declares it. */
export interface ServiceDeclaration {
  readonly name: string;
  readonly owns: string;
  readonly roles: { readonly api?: { readonly port: number }; readonly worker?: { readonly port: number } };
  readonly management: number;
  readonly stores: readonly ('postgres' | 'redis')[];
  readonly calls: readonly { readonly service: string; readonly paths: readonly string[] }[];
  readonly external: readonly 'payment-provider'[];
  readonly tier: 'critical' | 'standard';
}

/** One or more declarations are wrong; the message has a line for each mistake. */
export class ServiceDeclarationError extends Error {
  override readonly name = 'ServiceDeclarationError';
}

const validate = new Ajv({ allErrors: true, useDefaults: true, verbose: true }).compile<ServiceDeclaration>(schema);

/**
 * Reads every `apps/<service>/service.yaml` below `root`, in the order of their names.
 * @throws ServiceDeclarationError naming every mistake in every file
 */
export function readServices(root: string): ServiceDeclaration[] {
  const files = globSync('apps/*/service.yaml', { cwd: root }).sort();
  const mistakes: string[] = [];
  const services = files.map((file) => {
    const { declaration, wrong } = parse(readFileSync(join(root, file), 'utf8'), file.split('/')[1]);
    mistakes.push(...wrong.map((mistake) => `${file}: ${mistake}`));
    return declaration;
  });
  if (mistakes.length === 0) mistakes.push(...contradictions(services));
  if (mistakes.length > 0) throw new ServiceDeclarationError(mistakes.join('\n'));
  return services;
}

function parse(text: string, folder: string) {
  const document = parseDocument(text);
  if (document.errors.length > 0) {
    return {
      declaration: {} as ServiceDeclaration,
      wrong: [`is not YAML: ${document.errors[0].message.split('\n')[0]}`],
    };
  }
  const declaration = document.toJS() as ServiceDeclaration;
  if (!validate(declaration)) return { declaration, wrong: (validate.errors ?? []).map(explain) };
  const wrong = declaration.name === folder ? [] : [`name is ${declaration.name}, but its folder is apps/${folder}`];
  return { declaration, wrong };
}

/** Ajv says "must NOT have additional properties"; a person wants to know which one, and where. */
function explain({ instancePath, keyword, params, message, data }: ErrorObject): string {
  const where = instancePath.slice(1).replaceAll('/', '.') || 'the file';
  if (keyword === 'additionalProperties') return `${where} has the unknown key ${params.additionalProperty}`;
  if (keyword === 'required') return `${where} lacks ${params.missingProperty}`;
  if (keyword === 'enum') return `${where} is ${JSON.stringify(data)}; allowed: ${params.allowedValues.join(', ')}`;
  return `${where} ${message}, but is ${JSON.stringify(data)}`;
}

function contradictions(services: readonly ServiceDeclaration[]): string[] {
  const names = new Set(services.map(({ name }) => name));
  const unknown = services.flatMap(({ name, calls }) =>
    calls
      .filter(({ service }) => service === name || !names.has(service))
      .map(
        ({ service }) => `${name} calls ${service}, which is ${service === name ? 'itself' : 'no service in apps/'}`,
      ),
  );
  return [...unknown, ...takenTwice(services)];
}

function takenTwice(services: readonly ServiceDeclaration[]): string[] {
  const owners = new Map<number, string>();
  const mistakes: string[] = [];
  for (const { name, roles, management } of services) {
    const ports = { api: roles.api?.port, worker: roles.worker?.port, management };
    for (const [use, port] of Object.entries(ports)) {
      if (port === undefined) continue;
      const owner = owners.get(port);
      if (owner) mistakes.push(`port ${port} is declared by ${owner} and by ${name} (${use})`);
      owners.set(port, `${name} (${use})`);
    }
  }
  return mistakes;
}
