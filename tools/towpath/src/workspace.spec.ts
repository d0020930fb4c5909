import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

import { childEnvironment } from './environment.ts';

const types = ['app', 'defaults', 'platform', 'client', 'contract', 'testing', 'e2e', 'tool', 'model'];

/** What a project of each type may import. */
const allowed: Record<string, string[]> = {
  app: ['defaults', 'platform', 'client', 'contract'],
  defaults: ['platform', 'contract'],
  platform: ['platform', 'contract'],
  client: ['platform', 'contract'],
  contract: ['contract'],
  testing: ['defaults', 'platform', 'contract', 'testing'],
  e2e: ['testing', 'client', 'contract'],
  tool: ['tool'],
  model: [],
};

/** A workspace with our configuration and one project `from-<type>` and one `to-<type>` for each type. */
describe('a workspace', () => {
  const root = mkdtempSync(join(tmpdir(), 'towpath-workspace-'));
  afterAll(() => rmSync(root, { recursive: true }));

  let problems: string[];
  let edges: string[];
  beforeAll(() => {
    arrange(root);
    problems = lint(root);
    edges = dependencies(root);
  }, 180_000);

  it('When a project imports what the table allows, then lint passes, and else it fails', () => {
    const expected = types.flatMap((from) =>
      types.filter((to) => !allowed[from].includes(to)).map((to) => `libs/from-${from}/to-${to}.ts`),
    );

    expect(problems.filter((file) => /\/to-\w+\.ts$/.test(file))).toEqual(expected.sort());
  });

  it('When a test imports the testing lib, then lint passes, except in a tool or the model', () => {
    expect(problems.filter((file) => file.endsWith('/to-testing.spec.ts'))).toEqual([
      'libs/from-model/to-testing.spec.ts',
      'libs/from-tool/to-testing.spec.ts',
    ]);
  });

  it.each([
    ['two libs import each other', 'libs/ring-a/index.ts'],
    ['a project is imported by a relative path', 'libs/from-app/relative.ts'],
    ['a contract imports more than the schema library', 'libs/from-contract/library.ts'],
  ])('When %s, then lint fails', (_, file) => {
    expect(problems).toContain(file);
  });

  it('When a contract imports the schema library, then lint passes', () => {
    expect(problems).not.toContain('libs/from-contract/schema.ts');
  });

  it('When a project imports another, then the graph has that edge', () => {
    expect(edges).toContain('from-app → to-platform');
  });
});

function arrange(root: string) {
  const repository = resolve(__dirname, '../../..');
  for (const file of ['nx.json', 'package.json', 'package-lock.json', 'tsconfig.base.json', 'eslint.config.mjs'])
    cpSync(join(repository, file), join(root, file));
  cpSync(join(repository, 'tools/towpath/src/lint'), join(root, 'tools/towpath/src/lint'), { recursive: true });
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));

  const write = (file: string, content: string) => {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), content);
  };
  const project = (name: string, type: string, files: Record<string, string>) => {
    write(`libs/${name}/project.json`, JSON.stringify({ name, tags: [`type:${type}`] }));
    for (const [file, imported] of Object.entries(files))
      write(`libs/${name}/${file}`, imported && `import { it } from '${imported}';\n\nexport const that = it;\n`);
  };
  for (const type of types) {
    project(`to-${type}`, type, { 'index.ts': '' });
    project(`from-${type}`, type, {
      ...Object.fromEntries(types.map((to) => [`to-${to}.ts`, `@towpath/to-${to}`])),
      'to-testing.spec.ts': '@towpath/to-testing',
    });
  }
  project('from-app', 'app', { 'relative.ts': '../to-platform/index.ts' });
  project('from-contract', 'contract', { 'library.ts': 'rxjs', 'schema.ts': 'zod' });
  project('ring-a', 'platform', { 'index.ts': '@towpath/ring-b' });
  project('ring-b', 'platform', { 'index.ts': '@towpath/ring-a' });
}

function nx(root: string, ...args: string[]) {
  const options = { cwd: root, encoding: 'utf8', env: childEnvironment() } as const;
  return stripVTControlCharacters(spawnSync('node', ['node_modules/nx/dist/bin/nx.js', ...args], options).stdout);
}

/** The files for which the boundary rule reports a problem. */
function lint(root: string): string[] {
  const files = new Set<string>();
  let file = '';
  for (const line of nx(root, 'run-many', '-t', 'lint', '-p', 'from-*', 'ring-a', '--skipNxCache').split('\n')) {
    if (line.startsWith(root)) file = line.slice(root.length + 1).trim();
    if (line.includes('@nx/enforce-module-boundaries')) files.add(file);
  }
  return [...files].sort();
}

function dependencies(root: string): string[] {
  nx(root, 'graph', '--file', 'graph.json');
  const { graph } = JSON.parse(readFileSync(join(root, 'graph.json'), 'utf8')) as {
    graph: { dependencies: Record<string, { source: string; target: string }[]> };
  };
  return Object.values(graph.dependencies).flatMap((edges) =>
    edges.map(({ source, target }) => `${source} → ${target}`),
  );
}
