import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { controls } from './control.ts';

const guards = () => {
  const text = readFileSync(join(__dirname, '../../../../libs/failpoints/guards.ts'), 'utf8');
  const [, list = ''] = /const guards = \[([^\]]*)\]/.exec(text) ?? [];
  return [...list.matchAll(/'([^']+)'/g)].map(([, guard]) => guard);
};

describe('controls', () => {
  it('When a guard can be taken out, then one of eight controls does so, and names what must break', () => {
    expect(controls).toHaveLength(8);
    expect(controls.flatMap((control) => control.guards).toSorted()).toEqual(guards().toSorted());
    expect(controls.map(({ named }) => named)).toEqual(['I8', 'I8', 'I10', 'I4', 'I2', 'I8', 'I8', 'I8']);
  });

  it('When a guard is of one transport only, then it says why', () => {
    const partial = controls.filter(({ transports }) => transports.length < 2);

    expect(partial.map(({ guards: [guard], why }) => [guard, why !== undefined])).toEqual([
      ['acknowledged-send', true],
    ]);
  });
});
