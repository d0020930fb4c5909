import { once } from 'node:events';
import { createServer } from 'node:net';

import { steadyPorts } from './free-port.ts';

describe('steady ports', () => {
  it('When ports are asked for, then they are free, different, and none that the system would give away', async () => {
    const first = await steadyPorts(50);
    const second = await steadyPorts(50);

    const all = [...first, ...second];
    expect(new Set(all).size).toBe(100);
    expect(all.filter((port) => port < 10_240 || port >= 49_152)).toEqual([]);
    const servers = all.map((port) => createServer().listen(port, '127.0.0.1'));
    await Promise.all(servers.map((server) => once(server, 'listening')));
    for (const server of servers) server.close();
  });

  it('When somebody listens on one, then it is passed over', async () => {
    const [taken] = await steadyPorts(1);
    const holder = createServer().listen(taken + 1, '127.0.0.1');
    await once(holder, 'listening');

    expect(await steadyPorts(3)).not.toContain(taken + 1);
    holder.close();
  });
});
