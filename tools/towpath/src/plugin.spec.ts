import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { inferProject } from './plugin.ts';

describe('the targets of a project', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'towpath-project-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  function given(tags: string[], files: string[]) {
    writeFileSync(join(folder, 'project.json'), JSON.stringify({ name: 'it', tags }));
    for (const file of files) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), '');
    }
  }

  it.each([
    ['only project.json', [], ['lint']],
    ['a tsconfig.json', ['tsconfig.json'], ['lint', 'typecheck']],
    ['a test beside the code of a lib', ['cache.spec.ts'], ['lint', 'test']],
    ['a test beside the code of a service', ['src/users/user.spec.ts'], ['lint', 'test']],
    ['a component test', ['test/users.test.ts'], ['lint', 'test']],
    ['a service.yaml', ['service.yaml'], ['lint', 'build', 'build-for-faults', 'serve']],
    ['a bill of materials to write', ['src/supply/sbom.ts'], ['lint', 'sbom']],
    ['tests of others in it', ['dist/a.spec.ts', 'node_modules/a/test/a.test.ts'], ['lint']],
  ])('When its folder has %s, then they follow from that', (_, files, targets) => {
    given(['type:app'], files);

    expect(Object.keys(inferProject(folder).targets ?? {})).toEqual(targets);
  });

  it('When its tests start services, then they run apart from its specs and depend on every service', () => {
    given(['type:tool', 'starts:services'], ['src/ports.spec.ts', 'test/start.test.ts']);

    const { targets = {}, implicitDependencies } = inferProject(folder);

    expect(Object.keys(targets)).toEqual(['lint', 'test', 'e2e']);
    expect(targets.test.options.commands[1]).toMatch(/ '\\.spec\\.ts\$'$/);
    expect(targets.e2e.options.commands[1]).toMatch(/ '\/test\/\(\?!ci\/\)\.\+\\.test\\.ts\$'$/);
    expect(implicitDependencies).toEqual(['tag:type:app', 'payment-sandbox', 'node']);
  });

  it('When some of its tests take too long for everybody, then they are a target of their own, for CI', () => {
    given(['type:tool', 'starts:services'], ['test/gate.test.ts', 'test/ci/kafka-gate.test.ts']);

    expect(Object.keys(inferProject(folder).targets ?? {})).toEqual(['lint', 'e2e', 'gate']);
  });

  it('When it holds journeys, then they depend on every app and tool', () => {
    given(['type:e2e'], ['test/buy.test.ts']);

    const { targets = {}, implicitDependencies } = inferProject(folder);

    expect(Object.keys(targets)).toEqual(['lint', 'e2e']);
    expect(implicitDependencies).toEqual(['tag:type:app', 'tag:type:tool']);
  });
});
