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
  const startsServices = tags.some((tag) => ['starts:services', 'type:e2e'].includes(tag));
  const hasSpecs = has('*.spec.ts', 'src/**/*.spec.ts');
  const hasTests = has('test/**/*.test.ts');
  return {
    targets: {
      lint,
      ...(has('tsconfig.json') && { typecheck }),
      ...(has('service.yaml') && { build, 'build-for-faults': buildForFaults, serve }),
      ...((hasSpecs || (hasTests && !startsServices)) && { test: startsServices ? specs : specsAndTests }),
      ...(hasTests && startsServices && { e2e }),
      ...(has('test/ci/*.test.ts') && { gate }),
      ...(has('src/supply/sbom.ts') && { sbom }),
    },
    implicitDependencies: tags.flatMap((tag) => unseen[tag] ?? []),
  };
}

/** Dependencies that no import shows, by tag: on what is started as a process. */
const unseen: Record<string, string[]> = {
  'starts:payment-sandbox': ['payment-sandbox'],
  'starts:services': ['tag:type:app', 'payment-sandbox', 'node'],
  'type:e2e': ['tag:type:app', 'tag:type:tool'],
};

const lint = cached(['eslint --max-warnings 0 {projectRoot}', 'prettier --check {projectRoot}'], {
  inputs: ['default', '^declaration'],
});

const typecheck = cached(['tsc -p {projectRoot}'], { inputs: ['default', '^default'] });

const build = cached(['node tools/towpath/src/build.ts {projectRoot}'], {
  inputs: ['production', '^production'],
  outputs: ['{projectRoot}/dist/*.js', '{projectRoot}/dist/*.js.map'],
});

/** The same with crash points and removable guards, for the fault harness. */
const buildForFaults = cached(['node tools/towpath/src/build.ts {projectRoot} --for-faults'], {
  inputs: ['production', '^production'],
  outputs: ['{projectRoot}/dist/for-faults'],
});

/** What tests use that is no dependency of their project: the database server, and what they compare or judge. */
const surroundings = [
  'tools/local/src/postgres/**/*',
  'docs/*.md',
  'docs/*.json',
  'package.json',
  '.npmrc',
  'tools/node/package*.json',
];

const specsAndTests = jest('test');
const specs = jest('test', { only: String.raw`\.spec\.ts$` });
/** They use the machine as its owner does, ports, documents and all, so nothing else runs beside them. */
const e2e: TargetConfiguration = {
  ...jest('e2e', { only: String.raw`/test/(?!ci/).+\.test\.ts$`, more: ['*.md'] }),
  parallelism: false,
};
/** What takes too long for everybody: CI alone runs it. */
const gate: TargetConfiguration = {
  ...jest('gate', { only: String.raw`/test/ci/.+\.test\.ts$` }),
  parallelism: false,
};

/** Tests may run the built file of their own project and of those it depends on. */
function jest(target: string, { only = '.', more = [] as string[] } = {}): TargetConfiguration {
  const results = '.towpath/test-results';
  const file = `${results}/{projectName}.${target}.json`;
  return cached(
    [
      `mkdir -p ${results}`,
      `jest --config jest.config.cjs --rootDir {projectRoot} --ci --json --outputFile ${file} '${only}'`,
    ],
    {
      inputs: ['default', '^default', ...[...surroundings, ...more].map((files) => `{workspaceRoot}/${files}`)],
      outputs: [`{workspaceRoot}/${file}`],
      dependsOn: ['build', '^build'],
    },
  );
}

/** What the lock file of the whole workspace names. */
const sbom = cached(['node {projectRoot}/src/supply/sbom.ts'], {
  inputs: ['sharedGlobals', '{workspaceRoot}/package.json'],
  outputs: ['{workspaceRoot}/dist/sbom.cdx.json'],
});

const serve: TargetConfiguration = {
  command: 'node {projectRoot}/dist/main.js',
  continuous: true,
  dependsOn: ['build'],
};

function cached(commands: string[], more: Partial<TargetConfiguration>): TargetConfiguration {
  return { executor: 'nx:run-commands', options: { commands, parallel: false }, cache: true, ...more };
}
