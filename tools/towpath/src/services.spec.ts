import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readServices } from './services.ts';

const catalog = `
name: catalog
owns: products and stock
roles: { api: { port: 3020 }, worker: { port: 3022 } }
management: 3021
stores: [postgres]
tier: critical
`;
const gateway = `
name: gateway
owns: nothing
roles: { api: { port: 3000 } }
management: 3001
calls: [{ service: catalog, paths: [GET /v1/products] }]
tier: critical
`;

describe('readServices', () => {
  let root: string;
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'towpath-services-'))));
  afterEach(() => rmSync(root, { recursive: true }));

  function declare(declarations: Record<string, string>) {
    for (const [folder, text] of Object.entries(declarations)) {
      mkdirSync(join(root, 'apps', folder), { recursive: true });
      writeFileSync(join(root, 'apps', folder, 'service.yaml'), text);
    }
    return () => readServices(root);
  }

  it('When the declarations are right, then they are read with what they leave out filled in', () => {
    const read = declare({ catalog, gateway });

    expect(read()).toEqual([
      {
        name: 'catalog',
        owns: 'products and stock',
        roles: { api: { port: 3020 }, worker: { port: 3022 } },
        management: 3021,
        stores: ['postgres'],
        calls: [],
        external: [],
        tier: 'critical',
      },
      {
        name: 'gateway',
        owns: 'nothing',
        roles: { api: { port: 3000 } },
        management: 3001,
        stores: [],
        calls: [{ service: 'catalog', paths: ['GET /v1/products'] }],
        external: [],
        tier: 'critical',
      },
    ]);
  });

  it.each([
    ['a key is unknown', `${catalog}colour: red`, 'apps/catalog/service.yaml: the file has the unknown key colour'],
    ['a key is missing', catalog.replace('tier: critical', ''), 'apps/catalog/service.yaml: the file lacks tier'],
    ['a value is not allowed', catalog.replace('postgres', 'mongo'), 'stores.0 is "mongo"; allowed: postgres, redis'],
    ['a port is too high', catalog.replace('3021', '70000'), 'management must be <= 65535, but is 70000'],
    ['the file is not YAML', 'name: [', 'apps/catalog/service.yaml: is not YAML'],
    ['the file is empty', '', 'apps/catalog/service.yaml: the file must be object, but is null'],
    ['it bears another name', catalog.replace('catalog', 'stock'), 'name is stock, but its folder is apps/catalog'],
    [
      'it calls itself',
      `${catalog}calls: [{ service: catalog, paths: [GET /] }]`,
      'catalog calls catalog, which is itself',
    ],
  ])('When %s, then the message says so', (_, text, message) => {
    expect(declare({ catalog: text })).toThrow(message);
  });

  it('When a called service does not exist, then the message names it', () => {
    expect(declare({ gateway })).toThrow('gateway calls catalog, which is no service in apps/');
  });

  it('When two services declare one port, then the message names both', () => {
    expect(declare({ catalog: catalog.replace('3020', '3001'), gateway })).toThrow(
      'port 3001 is declared by catalog (api) and by gateway (management)',
    );
  });

  it('When several files are wrong, then every mistake is named', () => {
    const read = declare({ catalog: `${catalog}colour: red`, gateway: gateway.replace('owns: nothing', '') });

    expect(read).toThrow(/colour\n.*apps\/gateway\/service\.yaml: the file lacks owns/);
  });
});
