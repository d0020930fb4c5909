import { buildErrors, describeBuildLine } from './build.ts';

describe('build', () => {
  it.each([
    ['> nx run catalog:build', 'Building catalog.'],
    ['> nx run catalog:build  [local cache]', 'catalog is built already.'],
    ['> nx run catalog:build  [existing outputs match the cache, left as is]', 'catalog is built already.'],
    ['catalog: something', undefined],
  ])('When Nx says %j, then a person reads %j', (line, sentence) => {
    expect(describeBuildLine(line)).toBe(sentence);
  });

  it('When a build fails, then its errors are told without the rest', () => {
    const output = [
      'NX Running',
      'user: ✘ [ERROR] Could not resolve "./user.ts"',
      'user: Node.js v24',
      'Failed tasks:',
    ];

    expect(buildErrors(output)).toBe('  │ user: ✘ [ERROR] Could not resolve "./user.ts"');
  });

  it('When it fails without naming an error, then the end of its output is told', () => {
    expect(buildErrors(['Cannot find nx'])).toBe('  │ Cannot find nx');
  });
});
