import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { processorMs } from './processor-time.ts';

const isLinux = process.platform === 'linux';
/** Works for this long itself, then has a child do the same and waits for it. */
const burn = `const until = (ms) => { while (process.cpuUsage().user < ms * 1000); };
if (process.argv[1] === 'child') until(100);
else { until(100); require('node:child_process').spawnSync(process.execPath, ['-e', process.env.BURN, 'child']); console.log('done'); setInterval(() => {}, 1000); }`;

// Real processes: on a busy machine they take their time.
jest.setTimeout(90_000);

describe('processor time', () => {
  (isLinux ? it : it.skip)(
    'When a process and its child have worked, then the work of both counts, also once the child has ended',
    async () => {
      const parent = spawn(process.execPath, ['-e', burn], {
        env: { BURN: burn },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(parent.stdout, 'data');

      const used = processorMs([parent.pid ?? 0]);
      parent.kill('SIGKILL');

      expect(used).toBeGreaterThanOrEqual(180);
      expect(used).toBeLessThan(5_000);
    },
  );

  it('When a process has ended, then it counts for nothing', () => {
    expect(processorMs([2 ** 30])).toBe(0);
  });
});
