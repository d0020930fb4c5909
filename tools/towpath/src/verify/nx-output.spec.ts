import { NxOutput } from './nx-output.ts';

const written = `
 NX   Running targets lint, test for 3 projects:

- errors

\u001b[32m✔\u001b[39m  \u001b[2mnx run\u001b[22m errors:lint  \u001b[2m[existing outputs match the cache, left as is]\u001b[22m

> nx run user:lint

> eslint --max-warnings 0 apps/user

  99:26  error  is wrong
✔  nx run fixture:lint
✔  nx run user:test
  Run duration:      8.1s

 NX   Running targets lint, test for 3 projects failed

- user:lint
`.split('\n');

describe('the output of Nx', () => {
  const output = new NxOutput(['errors:lint', 'user:lint', 'user:test', 'user:e2e']);
  const shown = written.map((line) => output.read(line)).filter((line) => line?.trim());

  it('When tasks end, then they are counted, and what a failed one wrote is shown', () => {
    expect(shown).toEqual([
      '[1/4] errors:lint (unchanged)',
      '[2/4] user:lint FAILED',
      '> eslint --max-warnings 0 apps/user',
      '  99:26  error  is wrong',
      '✔  nx run fixture:lint',
      '[3/4] user:test',
    ]);
  });

  it('When a task is not mentioned, then it has not ended', () => {
    expect([...output.ended]).toEqual([
      ['errors:lint', 'well'],
      ['user:lint', 'badly'],
      ['user:test', 'well'],
    ]);
    expect(output.left).toBe('1 to go: user:e2e');
  });
});
