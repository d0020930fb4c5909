import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { CreateNodes, ProjectConfiguration, TargetConfiguration } from '@nx/devkit';

/**
 * Gives every project its targets from what its folder contains, so that project.json holds a name and tags.
 * Nx finds the plugin by the name of this export.
 */
export const createNodes: CreateNodes = [
  '{apps,libs,tools}/*/project.json',
  (files, _, { workspaceRoot }) =>
    files.map((file) => [file, { projects: { [dirname(file)]: inferProject(join(workspaceRoot, dirname(file))) } }]),
];

/** What the contents of a project's folder say about it. */
export function inferProject(folder: string): Pick<ProjectConfiguration, 'targets' | 'implicitDependencies'> {
  const has = (...patterns: string[]) =>
    patterns.some((pattern) => globSync(pattern, { cwd: folder, exclude: ['dist', 'node_modules'] }).length > 0);
  const { tags = [] } = JSON.parse(readFileSync(join(folder, 'project.json'), 'utf8')) as { tags?: string[] };
  const isJourneys = tags.includes('type:e2e');
  return {
    targets: {
      lint,
      ...(has('tsconfig.json') && { typecheck }),
      ...(has('service.yaml') && { build, serve }),
      ...(has('*.spec.ts', 'src/**/*.spec.ts', 'test/**/*.test.ts') && { [isJourneys ? 'e2e' : 'test']: test }),
    },
    implicitDependencies: tags.flatMap((tag) => unseen[tag] ?? []),
  };
}

/** Dependencies that no import shows, by tag: what starts other projects as processes depends on them. */
const unseen: Record<string, string[]> = {
  'starts:services': ['tag:type:app', 'payment-sandbox'],
  'type:e2e': ['tag:type:app', 'tag:type:tool'],
};

const lint = cached(['eslint --max-warnings 0 {projectRoot}', 'prettier --check {projectRoot}'], {
  inputs: ['default', '^declaration'],
});

const typecheck = cached(['tsc -p {projectRoot}'], { inputs: ['default', '^default'] });

const build = cached(['node tools/towpath/src/build.ts {projectRoot}'], {
  inputs: ['production', '^production'],
  outputs: ['{projectRoot}/dist'],
});

const results = '.towpath/test-results';

/** Tests may run the built file of their own project and of those it depends on. */
const test = cached(
  [
    `mkdir -p ${results}`,
    `jest --config jest.config.cjs --rootDir {projectRoot} --ci --json --outputFile ${results}/{projectName}.json`,
  ],
  {
    inputs: ['default', '^default', '{workspaceRoot}/tools/local/src/postgres/**/*'],
    outputs: [`{workspaceRoot}/${results}/{projectName}.json`],
    dependsOn: ['build', '^build'],
  },
);

const serve: TargetConfiguration = {
  command: 'node {projectRoot}/dist/main.js',
  continuous: true,
  dependsOn: ['build'],
};

function cached(commands: string[], more: Partial<TargetConfiguration>): TargetConfiguration {
  return { executor: 'nx:run-commands', options: { commands, parallel: false }, cache: true, ...more };
}
