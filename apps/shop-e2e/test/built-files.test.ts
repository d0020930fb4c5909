import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';

const root = resolve(__dirname, '../../..');

describe.each(['catalog', 'gateway', 'order-processor', 'payment', 'user'])('the built files of %s', (service) => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'towpath-built-'));
    const dist = join(root, 'apps', service, 'dist');
    await cp(dist, folder, { recursive: true, filter: (source) => source === dist || source.endsWith('.js') });
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    if (service !== 'user') return;
    // Argon2 is machine code, which cannot be part of a bundle.
    await mkdir(join(folder, 'node_modules'));
    await symlink(join(root, 'node_modules/@node-rs'), join(folder, 'node_modules/@node-rs'));
  });

  afterAll(() => rm(folder, { recursive: true }));

  async function run(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
    const child = spawn(process.execPath, ['main.js', ...args], {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    return { code: code as number, said };
  }

  it('When it runs alone and without settings, then it names what it needs and exits 78', async () => {
    const { code, said } = await run();

    expect({ code, said }).toEqual({
      code: 78,
      said: expect.stringMatching(/^[a-z-]+: PORT is not set: it must be a whole number from 0 to 65535/),
    });
  });

  it('When a setting is wrong, then it names it with what is allowed and exits 78', async () => {
    const { code, said } = await run([], { PORT: 'http', ROLE: 'everything', LOG_LEVEL: 'loud' });

    expect(code).toBe(78);
    expect(said).toContain('PORT "http" is not a whole number: it must be a whole number from 0 to 65535');
    expect(said).toContain('ROLE "everything" is not allowed: it must be one of api, worker, all');
    expect(said).toMatch(/LOG_LEVEL "loud" is not allowed: it must be one of .*info/);
  });

  it('When it is made, then nothing that is only for development or tests is in it', async () => {
    const read = async (file: string) => JSON.parse(await readFile(join(root, file), 'utf8')) as unknown;
    const maps = globSync(`apps/${service}/dist/*.js.map`, { cwd: root });
    const built = (await Promise.all(maps.map(read))) as { sources: string[] }[];
    const sources = built.flatMap((map) => map.sources);
    const { packages } = (await read('package-lock.json')) as { packages: Record<string, { dev?: true }> };
    const unwanted = Object.keys(packages).filter((path) => packages[path]?.dev);
    expect(unwanted).toContain('node_modules/swagger-ui-dist');

    expect(
      sources.filter((source) => ['libs/testing', ...unwanted].some((path) => source.includes(`/${path}/`))),
    ).toEqual([]);
    expect(sources).toContainEqual(expect.stringContaining('/node_modules/fastify/'));
  });

  it('When it is given a command that it does not have, then it lists those it has and exits 1', async () => {
    const { code, said } = await run(['serv']);

    expect({ code, said }).toEqual({ code: 1, said: expect.stringMatching(/no command "serv"[^]* serve: answers/) });
  });
});
