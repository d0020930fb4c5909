import type { Check } from './check.ts';
import { refuseSkips, report } from './report.ts';

const skipped: Check = { kind: 'contract', name: 'payment', status: 'skipped', reason: 'Go is not installed' };

describe('the report', () => {
  it('When checks passed, failed and were skipped, then it tells and ends with the count', () => {
    const lines = report([
      { kind: 'component', name: 'user: When a, then b', status: 'failed' },
      { kind: 'lint', name: 'user:lint', status: 'passed' },
      { kind: 'component', name: 'user: When c, then d', status: 'passed' },
      skipped,
    ]);

    expect(lines).toEqual([
      '',
      'lint       1 passed, 0 failed, 0 skipped',
      'component  1 passed, 1 failed, 0 skipped',
      'contract   0 passed, 0 failed, 1 skipped',
      '',
      'skipped:',
      '  payment (Go is not installed)',
      '',
      'failed:',
      '  user: When a, then b',
      '',
      '2 passed, 1 failed, 1 skipped',
    ]);
  });
});

describe('a skipped check', () => {
  it.each([
    ['has no reason', undefined, false, 'failed'],
    ['has a reason', 'it is Monday', false, 'skipped'],
    ['has a reason under CI', 'it is Monday', true, 'failed'],
    ['has a permitted reason under CI', 'Go is not installed', true, 'skipped'],
  ])('When it %s (%s), then it counts accordingly', (_, reason, inCi, status) => {
    expect(refuseSkips([{ ...skipped, reason }], inCi)).toMatchObject([{ status }]);
  });
});
