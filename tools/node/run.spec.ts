import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

/** An npm that installs nothing but the lock it is asked for. */
const npm = `
  const { mkdirSync, copyFileSync, appendFileSync } = require('node:fs');
  appendFileSync('npm.log', process.argv.slice(2, 5).join(' '));
  mkdirSync('node_modules', { recursive: true });
  copyFileSync('package-lock.json', 'node_modules/.package-lock.json');
`;
const failingNpm = `console.error('npm error code ENOSPC'); process.exit(228);`;
/** Has the program that runs it told to end, and would not end itself. */
const slowNpm = `process.on('SIGTERM', () => {}); process.kill(process.ppid, 'SIGTERM'); setInterval(() => {}, 1000);`;
const drains = `
  process.on('SIGTERM', () => { console.log('draining'); setImmediate(() => process.exit(7)); });
  setInterval(() => {}, 1000);
  console.log('ready');
`;

jest.setTimeout(30_000);

describe('node tools/node/run.mjs', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'towpath-node-'));
    mkdirSync(join(root, 'tools/node'), { recursive: true });
    for (const file of ['run.mjs', 'child.mjs', 'install.mjs', 'decisions.mjs'])
      cpSync(join(__dirname, file), join(root, 'tools/node', file));
    write('package-lock.json', JSON.stringify({ packages: { '': {}, 'node_modules/a': { version: '1.0.0' } } }));
    write('npm-cli.js', npm);
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const write = (file: string, content: string) => writeFileSync(join(root, file), content);

  function start(...args: string[]) {
    const child = spawn(process.execPath, ['tools/node/run.mjs', ...args], {
      cwd: root,
      env: { npm_execpath: join(root, 'npm-cli.js') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return { child, ended: ending(child) };
  }

  it('When packages are missing, then they are installed and the program runs with its arguments and exit code', async () => {
    write('program.ts', 'const args: string[] = process.argv.slice(2); console.log(args.join()); process.exit(3);');

    const { code, out, err } = await start('program.ts', '--once', 'x').ended;

    expect({ code, out }).toEqual({ code: 3, out: '--once,x\n' });
    expect(err).toMatch(/^Getting the packages, once …\n {2}got the packages in \d+ s\.\n$/);
    expect(readFileSync(join(root, 'npm.log'), 'utf8')).toBe(`ci --prefix ${root}/`);
  });

  it('When packages are there, then npm is not run', async () => {
    write('program.ts', '');
    await start('program.ts').ended;
    write('npm-cli.js', failingNpm);

    expect(await start('program.ts').ended).toEqual({ code: 0, out: '', err: '' });
  });

  it('When npm fails, then one sentence says why and the program does not run', async () => {
    write('program.ts', `console.log('ran')`);
    write('npm-cli.js', failingNpm);

    const { code, out, err } = await start('program.ts').ended;

    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/Could not install the packages into .*: the disk is full\.\n$/);
  });

  it('When the shell that npm ran it in is killed, then the program is asked to end', async () => {
    write('program.ts', drains);
    const shell = spawn('sh', ['-c', `"${process.execPath}" tools/node/run.mjs program.ts; true`], {
      cwd: root,
      env: { npm_execpath: join(root, 'npm-cli.js'), npm_lifecycle_event: 'start' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = ending(shell);
    await once(shell.stdout, 'data');

    shell.kill('SIGKILL');

    expect((await ended).out).toContain('draining');
  });

  it('When it is asked to end, then the program is asked once and ends in its own time', async () => {
    write('program.ts', drains);
    const { child, ended } = start('program.ts');
    await once(child.stdout!, 'data');

    child.kill('SIGTERM');

    expect(await ended).toMatchObject({ code: 7, out: expect.stringMatching(/draining\n$/) });
  });

  it('When it is asked to end during the installation, then it ends at once', async () => {
    write('npm-cli.js', slowNpm);

    expect(await start('program.ts').ended).toMatchObject({
      code: 1,
      err: expect.stringContaining('the same command starts over'),
    });
  });

  it('When the program is killed, then the exit code tells', async () => {
    write('program.ts', `process.kill(process.pid, 'SIGKILL');`);

    expect(await start('program.ts').ended).toMatchObject({ code: 137 });
  });

  it('When nothing is to be run, then it says how to use it', async () => {
    expect(await start().ended).toEqual({
      code: 1,
      out: '',
      err: 'Say what to run: node tools/node/run.mjs <program> [arguments]\n',
    });
  });
});

async function ending(child: ChildProcess) {
  const [out, err, [code]] = await Promise.all([text(child.stdout!), text(child.stderr!), once(child, 'exit')]);
  return { code: code as number, out, err };
}
