/** Why nothing can be run, in a sentence for the person at the terminal. */
export class Refusal extends Error {}

/**
 * Where the Node that runs Towpath comes from: the one that runs this, one of the npm packages in tools/node, or none.
 * @param {{ version: string, platform: string, arch: string }} here a Node version without the v, and Node's names of system and processor
 * @returns {string} `this`, or the name of the package
 * @throws {Refusal} where there is none
 */
export function chooseNode({ version, platform, arch }) {
  if (platform === 'win32') throw new Refusal('Towpath runs on Linux and macOS; on Windows, run it inside WSL 2.');
  if (version.startsWith('24.')) return 'this';
  if (platform === 'linux' && ['x64', 'arm64'].includes(arch)) return `node-linux-${arch}`;
  throw new Refusal(
    `Towpath runs on Node 24 and this is Node ${version} (${platform} ${arch}): install Node 24 from https://nodejs.org or with "nvm install 24", then try again.`,
  );
}

/**
 * Whether node_modules is what package-lock.json asks for, going by the lock that npm leaves in node_modules.
 * Optional packages may be missing: most are for other systems.
 * @param {Lock} wanted
 * @param {Lock | undefined} installed
 */
export function isInstalled(wanted, installed) {
  if (!installed) return false;
  const packages = Object.fromEntries(Object.entries(wanted.packages).filter(([path]) => path !== ''));
  const same = (name) =>
    packages[name]?.version === installed.packages[name]?.version &&
    packages[name]?.integrity === installed.packages[name]?.integrity;
  const missing = Object.keys(packages).filter((name) => !installed.packages[name] && !packages[name].optional);
  return missing.length === 0 && Object.keys(installed.packages).every(same);
}

/** @type {[sign: RegExp, meaning: string][]} */
const reasons = [
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|network/,
    'the npm registry cannot be reached: check the network, or the proxy and registry settings of npm',
  ],
  [/ENOSPC/, 'the disk is full'],
  [/EACCES|EPERM|EROFS/, 'this user may not write there: check who owns the folder'],
  [
    /EINTEGRITY/,
    'a downloaded package is not the one that package-lock.json names: run "npm cache clean --force" and try again',
  ],
  [/EUSAGE|in sync/, 'package.json and package-lock.json differ: run "npm install" and commit both'],
];

/**
 * Why npm failed, in words.
 * @param {string} output what npm wrote
 */
export function explainFailure(output) {
  const lines = output.trim().split('\n');
  const errors = lines.filter((line) => /^npm (error|ERR!)/.test(line));
  const told = (errors.length > 0 ? errors : lines).join('\n');
  const [, meaning] = reasons.find(([sign]) => sign.test(told)) ?? [];
  return meaning ?? `npm says:\n${told}`;
}

/**
 * Whether every request to the registry has failed so far, and often enough to give up: npm would go on for minutes.
 * @param {string} output what npm has written, with its log of requests
 */
export function isCutOff(output) {
  return !/ fetch GET 200 /.test(output) && output.split(/ attempt \d+ failed with /).length > 20;
}

/**
 * The signals to pass on to the program that runs in our place. Ctrl-C in a terminal reaches it without us, and
 * passing it on would ask twice, which many programs take for "now, at once".
 * @param {boolean} inTerminal
 * @returns {NodeJS.Signals[]}
 */
export function signalsToPassOn(inTerminal) {
  return inTerminal ? ['SIGTERM'] : ['SIGTERM', 'SIGINT', 'SIGHUP'];
}

/** @typedef {{ packages: Record<string, { version?: string, integrity?: string, optional?: boolean }> }} Lock */
