// Runs a program of this repository on the right Node, after getting what is missing: Node itself, then the packages.
// It is run by Node 20.19 and later, before anything is installed, hence uses nothing but Node's own modules.
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

import { runChild } from './child.mjs';
import { Refusal } from './decisions.mjs';
import { environmentOf, findNode, installPackages } from './install.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const [program, ...args] = process.argv.slice(2);

try {
  if (!program) throw new Refusal('Say what to run: node tools/node/run.mjs <program> [arguments]');
  const node = await findNode(root);
  await installPackages(root, node);
  const { code, signal } = await runChild(node, ['--disable-warning=ExperimentalWarning', program, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: environmentOf(node),
  });
  process.exitCode = signal ? 128 + constants.signals[signal] : (code ?? 1);
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
